//! The model explored whole, its faults found, and statements about any input tried on many.

mod explored;
mod faults;
mod inputs;
