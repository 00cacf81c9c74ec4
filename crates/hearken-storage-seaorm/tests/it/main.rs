//! Both stores against the test-kit's checks, and what is special about each.

mod order;
mod postgres;
mod sqlite;
