//! The command line as an operator uses it: what commands print, where, and with which status they end.

mod administration;
mod demo;
mod doctor;
mod place;
mod postgres;
mod serve;
mod settings;
mod usage;
