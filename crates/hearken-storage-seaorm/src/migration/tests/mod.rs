//! Databases with rows of an earlier schema are brought up to date.

mod m0007_lists;
