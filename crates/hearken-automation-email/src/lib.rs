//! # hearken-automation-email
//!
//! [`RecapMail`] implements [`RecapComposer`](hearken_domain::ports::RecapComposer): a recap becomes a whole mail of
//! text and HTML (RFC 5322, `multipart/alternative`), the same bytes for the same recap. [`SmtpDispatcher`] implements
//! [`AutomationDispatcher`](hearken_domain::ports::AutomationDispatcher): it hands such bytes to one mail server, as
//! they are.
//!
//! ## Settings
//!
//! [`ComposerSettings`]: the sender. [`SmtpSettings`]: the server as a URL, the sender, the longest time of an attempt
//! (15 s), and a further certificate authority to trust.
//!
//! | URL | port | connection |
//! |---|---|---|
//! | `smtps://user:password@host` | 465 | TLS from the start; recommended (RFC 8314) |
//! | `smtp://user:password@host` | 587 | STARTTLS; without it nothing is sent |
//! | `smtp://host` | 25 | STARTTLS where it is offered, else in the clear |
//! | `smtp://…?tls=required` | as above | STARTTLS; without it nothing is sent |
//! | `smtp://…?tls=opportunistic` | as above | STARTTLS where it is offered, the password in the clear where not |
//! | `smtp://…?tls=none` | as above | in the clear |
//!
//! `user` and `password` are percent-encoded. A path names what `EHLO` says: `smtp://host/mail.example.org`; without
//! one it is the machine's host name. Where TLS is used the certificate must be valid for the host, also where TLS was
//! optional.
//!
//! ## Limits
//!
//! A connection is for one mail: a mail server that is restarted, or that broke off, costs one attempt and no more. The
//! server's answers may have 256 KiB in all. What came in the clear is never read as if it had come encrypted.
//!
//! A mail that the server accepted is sent again where the process dies before that is recorded. It has the same bytes
//! then, and so the same `Message-ID`, by which many servers show it once.

mod address;
mod error;
mod recap;
mod settings;
mod smtp;

pub use recap::RecapMail;
pub use settings::{ComposerSettings, MailSetupError, SmtpSettings};
pub use smtp::SmtpDispatcher;
