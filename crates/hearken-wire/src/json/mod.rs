//! Reading JSON that may be wrong anywhere: first leniently into shapes that keep what was found, then field by field.

mod findings;
mod loose;

pub(crate) use findings::{Findings, Path};
pub(crate) use loose::{Fields, FromJson, Items, Later, Loose, Number, Slot, fields};
