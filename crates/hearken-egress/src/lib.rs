//! # hearken-egress
//!
//! Outbound HTTPS to hosts that a caller chose, without ever being led to an internal address.
//!
//! Everything goes through one choke point, the [`Guard`]:
//!
//! 1. [`Guard::judge`] reads the raw text of a URL and gives a [`CheckedUrl`]. It does no I/O.
//! 2. [`Guard::resolve`] gives the [`CheckedAddr`]s of its host. **Every** address that the name has must pass the
//!    [`AddressPolicy`]; one bad address refuses the name.
//! 3. A [`Dial`] connects, and accepts nothing but a `CheckedAddr`, which only the policy can construct. Dialling never
//!    resolves again, and the peer must be the address that was checked.
//! 4. [`Guard::get`] does the exchange over TLS under deadlines that cover the body too, and takes every redirect
//!    through the same steps again, from its raw text. [`Guard::post`] does the same exchange, and follows no redirect.
//!
//! | file | subject |
//! |---|---|
//! | `settings` | what an operator may set, and the defaults |
//! | `url_text`, `host`, `names` | the text of a URL, its host, the names that are never asked for |
//! | `table`, `address`, `interfaces` | the refused ranges as data, the classifier, this machine's own addresses |
//! | `resolve`, `nameservers` | DNS |
//! | `dial`, `tls` | the connection |
//! | `tap`, `head` | what the peer does on the wire, byte by byte where hyper is lenient |
//! | `request`, `redirect` | what is asked, and where an answer leads |
//! | `exchange`, `body`, `pace` | the request and its answer, the answer's body, its deadlines |
//! | `guard` | the choke point |
//! | `error` | why not |
//!
//! ## Limits
//!
//! The defaults are in [`EgressSettings`]; whoever needs others makes a guard of its own, such as one with short
//! deadlines for small answers. Proxy variables of the environment, the hosts file and search domains are never read. No
//! connection or TLS session is used twice, so none is shared between tenants.
//!
//! Refusals are logged once, with the host and never with the URL, and counted in `hearken_egress_refused_total` by
//! `reason`.

mod address;
mod body;
mod dial;
mod error;
mod exchange;
mod faults;
mod guard;
mod head;
mod host;
mod interfaces;
mod names;
mod nameservers;
mod pace;
mod redirect;
mod request;
mod resolve;
mod settings;
mod table;
mod tap;
mod tls;
mod url_text;

pub use address::{AddressPolicy, AddressRefusal, CheckedAddr};
pub use body::Body;
pub use dial::{Dial, TcpDialer};
pub use error::{EgressError, Phase, SetupError};
pub use exchange::Response;
pub use guard::Guard;
pub use host::Host;
pub use request::{GetRequest, PostRequest};
pub use settings::{EgressSettings, Timeouts};
pub use url_text::{CheckedUrl, MAX_URL_BYTES, UrlFault};
