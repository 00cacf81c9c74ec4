//! Puts values into JSON as the text that they display.

use std::fmt::Display;

use serde::{Serialize, Serializer};

/// A value that is a JSON string: the one it displays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
