//! The HTTP edge of Hearken.
//!
//! [`Api`] is a tower service: give it a request, get an answer, with a socket or without one. [`Server`] puts it behind
//! a listener: HTTP/1.1 and HTTP/2, plain or TLS, with deadlines for every way in which a client can be slow.
//!
//! Inside: the `router` has the one table of routes; `endpoint` has a file for each; `middleware` has what happens to
//! every request; `error` turns every failure into a problem document (RFC 9457).

mod body;
mod call;
mod endpoint;
mod error;
mod etag;
mod intake;
mod media_link;
mod middleware;
mod range;
mod rate_limit;
mod respond;
mod router;
mod serve;
mod service;
mod settings;
mod shares;
mod state;

pub use self::{
    body::Body,
    serve::{Server, TlsError, tls_acceptor},
    service::Api,
    settings::{ApiSettings, Rate, ServerSettings, Serves},
};
