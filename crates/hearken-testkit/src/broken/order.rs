//! A store that knows no order of changes.

use crate::Stores;

/// Leaves the moments of every commit as its process's clock gave them.
pub struct ForgetsTheOrder;

impl ForgetsTheOrder {
    /// Breaks these stores.
    pub fn over(stores: Stores) -> Stores {
        Stores { ordered: stores.store.clone(), ..stores }
    }
}
