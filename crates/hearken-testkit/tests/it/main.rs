//! The kit itself: sound adapters pass every check, each broken store fails the checks that are named for its defect,
//! and no check is missing from the lists.

mod broken_stores;
mod engines;
mod faults;
mod lists;
mod postgres;
