//! The use cases of Hearken: what a caller or an operator can have done, over the ports of the domain.
//!
//! Nothing here knows a socket, a database or a runtime: time, sleep and dice are ports, nothing is spawned, and the
//! tests run on a plain executor.
//!
//! - [`create::Creator`]: an engagement from a recording or a timeline, once.
//! - [`read::Reader`]: engagements, their texts and their surroundings; [`parts`]: who may be shown which of these.
//! - [`authenticate::Authenticator`]: from a token to a caller.
//! - [`administer::Administrator`]: workspaces, users and keys.
//! - [`sweep::Sweeper`]: removes what no engagement will ever have.
//! - [`pipeline::Pipeline`]: the steps that follow a create.
//! - [`deliver::Deliverer`]: one attempt to bring something to somebody outside.
//! - [`desk::Desk`]: tags, webhook endpoints and workflows.
//! - [`jobs::JobDesk`]: what the operator sees and does of the queue.

pub mod administer;
pub mod authenticate;
pub mod create;
pub mod deliver;
pub mod desk;
mod faults;
pub mod jobs;
pub mod parts;
pub mod pipeline;
pub mod read;
mod removal;
pub mod sweep;
pub mod token;
mod writing;
