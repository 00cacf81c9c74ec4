//! `hearken_application::removal::take_back`, step by step: mark the row, delete the bytes, drop the row; and where a
//! compare-and-set finds the row elsewhere, look what has become of it.

use crate::{
    Fault,
    state::{Request, Row, Step},
    steps::Steps,
};

/// `removal::remove`: pending → deleting.
pub(crate) fn mark(steps: &mut Steps<'_>, who: usize) {
    if steps.has(Fault::BlobBeforeRow) {
        steps.take("take_back: the bytes, too early", |to| {
            to.requests[who].has_blob = false;
            to.requests[who].step = Step::DeleteBlob;
        });
        return;
    }
    steps.take("take_back: mark the row", |to| mark_or_look(&mut to.requests[who], Step::DeleteBlob));
}

/// `removal::remove`: the bytes.
pub(crate) fn delete_blob(steps: &mut Steps<'_>, who: usize) {
    if steps.has(Fault::BlobBeforeRow) {
        steps.take("take_back: mark the row, too late", |to| mark_or_look(&mut to.requests[who], Step::DropRow));
        return;
    }
    steps.take("take_back: the bytes", |to| {
        to.requests[who].has_blob = false;
        to.requests[who].step = Step::DropRow;
    });
}

/// `removal::remove`: deleting → gone.
pub(crate) fn drop_row(steps: &mut Steps<'_>, who: usize) {
    steps.take("take_back: drop the row", |to| {
        let request = &mut to.requests[who];
        if request.row == Row::Deleting {
            request.row = Row::Absent;
            request.step = Step::Settle;
        } else {
            request.step = Step::LookAtRow;
        }
    });
}

/// The rest of `removal::take_back`. A row that is gone or being removed never becomes live again, so looking and
/// deleting are one step here.
pub(crate) fn look_at_row(steps: &mut Steps<'_>, who: usize) {
    steps.take("take_back: look at the row", |to| {
        let request = &mut to.requests[who];
        if matches!(request.row, Row::Absent | Row::Deleting) {
            request.has_blob = false;
        }
        request.step = Step::Settle;
    });
}

fn mark_or_look(request: &mut Request, then: Step) {
    if request.row == Row::Pending {
        request.row = Row::Deleting;
        request.step = then;
    } else {
        request.step = Step::LookAtRow;
    }
}
