//! # hearken-namespace
//!
//! The running service, driven through its API, in a network that these tests own: every address that must never be
//! dialled answers there, so that dialling one is seen, and not merely refused by the kernel.
//!
//! ```text
//!   inside: hearken, the driver           outside: DNS, and a host at every address there is
//!   ┌──────────────────────────┐   lit    ┌──────────────────────────────┐
//!   │ default route ───────────┼──────────┤ local 0.0.0.0/0, local ::/0  │
//!   │ forbidden ranges ────────┼──────────┤ TLS on 443 and 8443          │
//!   │ loopback: own listeners  │   dark   │ notes the address dialled    │
//!   └──────────────────────────┘          └──────────────────────────────┘
//! ```
//!
//! Two network namespaces, joined by two pairs of virtual links. The routes of all forbidden ranges lead into the dark
//! link and everything else into the lit one, so the packet counter of the dark link is the number of packets of any
//! kind to forbidden addresses. Addresses of the inside itself (127/8, ::1, its own) are covered by listeners there.
//!
//! | file | subject |
//! |---|---|
//! | `forbidden` | which addresses are forbidden, by a second, naive reading of the rules |
//! | `scene` | what is said between inside and outside, and what the outside shall play |
//! | `wires` | the namespaces, links, routes and counters |
//! | `outside` | DNS server and hosts |
//! | `own` | listeners at the inside's own addresses |
//! | `service` | the service and what a create came to |
//! | `watch` | what must not have been seen |
//! | `fixture`, `generated` | the cases |
//! | `suites` | what is run inside |
//!
//! The test starts the package's binary under `unshare`, with a process namespace too: when its first process ends, the
//! kernel ends every process that was started in there.

mod fixture;
mod forbidden;
mod generated;
mod outside;
mod own;
mod scene;
mod service;
mod suites;
mod watch;
mod wires;

pub use self::{outside::play, suites::run};
