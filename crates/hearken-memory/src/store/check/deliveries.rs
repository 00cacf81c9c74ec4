//! Deliveries: attempts that end, new ones, and those to be sent again.

use hearken_domain::{
    changeset::CommitError,
    delivery::{DeliveryMove, NewDelivery, Resend},
};

use super::each_once;
use crate::store::{deliveries::recap, state::Tenant};

/// An attempt that ends must still be the token's. One that ended is nobody's.
pub(super) fn attempts_are_held(tenant: &Tenant, moves: &[DeliveryMove]) -> Result<(), CommitError> {
    let is_held = |it: &DeliveryMove| {
        let held = tenant.deliveries.get(&it.id).and_then(|stored| stored.held);
        held.is_some_and(|held| held.token == it.token)
    };
    refuse!(!moves.iter().all(is_held) || !each_once(moves.iter().map(|it| it.id)), CommitError::LeaseLost);
    Ok(())
}

/// A delivery with an attempt under way is not sent again. One whose attempt ends in the same commit is.
pub(super) fn resends_are_free(tenant: &Tenant, resends: &[Resend], moves: &[DeliveryMove]) -> Result<(), CommitError> {
    let ends = |resend: &Resend| moves.iter().any(|it| it.id == resend.id);
    let is_free = |it: &Resend| tenant.deliveries.get(&it.id).is_some_and(|stored| stored.held.is_none() || ends(it));
    refuse!(!resends.iter().all(is_free), CommitError::Stale);
    Ok(())
}

/// New ids. A second recap is left out, so its id does not matter.
pub(super) fn are_new(tenant: &Tenant, new: &[NewDelivery]) -> Result<(), CommitError> {
    let is_second = |(position, it): (usize, &NewDelivery)| {
        let wanted = recap(&it.destination);
        let earlier = || new.iter().take(position).any(|other| recap(&other.destination) == wanted);
        wanted.is_some() && (tenant.has_recap_like(&it.destination) || earlier())
    };
    let made: Vec<&NewDelivery> =
        new.iter().enumerate().filter(|it| !is_second(*it)).map(|(_, delivery)| delivery).collect();
    let known = made.iter().any(|it| tenant.deliveries.contains_key(&it.id));
    refuse!(known || !each_once(made.iter().map(|it| it.id)), CommitError::Exists);
    Ok(())
}
