//! Black-box tests of the service: the real binary, real sockets, real databases, and servers that stand outside.

mod bad_inputs;
mod create_and_read;
mod drain;
mod edge;
mod hang_up;
mod identical_creates;
mod kill_loop;
mod log_hygiene;
mod memory;
mod pipeline;
mod protocols;
mod scopes;
mod tenants;
mod two_processes;
