//! Recaps as an independent parser reads them, and their way over real sockets and real TLS to a mail server of the
//! tests' own.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod certificates;
mod check_cases;
mod conversation;
mod dispatch_cases;
mod mail_cases;
mod mail_server;
mod page_cases;
mod scene;
mod tls_cases;
