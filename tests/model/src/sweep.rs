//! `hearken_application::sweep::Sweeper::sweep`: one sweeper that takes up expired uploads one after another, with
//! `removal::remove` for each, and that may die between any two steps.

use crate::{
    Fault,
    state::{Request, Row, Sweep},
    steps::Steps,
};

/// What the sweeper may do next with the upload of a request.
pub(crate) fn steps(steps: &mut Steps<'_>, who: usize) {
    match steps.from.requests[who].sweep {
        Sweep::Elsewhere => return look(steps, who),
        Sweep::Mark => mark(steps, who),
        Sweep::DeleteBlob => delete_blob(steps, who),
        Sweep::DropRow => steps.take("sweep: drop the row", |to| {
            let request = &mut to.requests[who];
            if request.row == Row::Deleting {
                request.row = Row::Absent;
            }
            request.sweep = Sweep::Elsewhere;
        }),
    }
    if steps.from.crashes_left > 0 {
        steps.take("sweep: dies", |to| {
            to.crashes_left -= 1;
            to.requests[who].sweep = Sweep::Elsewhere;
        });
    }
}

/// `Uploads::expired`: every row that is being deleted, and every pending one whose time may have run out.
fn look(steps: &mut Steps<'_>, who: usize) {
    let is_busy = steps.from.requests.iter().any(|request| request.sweep != Sweep::Elsewhere);
    let request = steps.from.requests[who];
    let may_expire = !request.is_working() || steps.has(Fault::HastyExpiry);
    let first = match request.row {
        Row::Pending if may_expire => Sweep::Mark,
        Row::Deleting if steps.has(Fault::BlobBeforeRow) => Sweep::Mark,
        Row::Deleting => Sweep::DeleteBlob,
        _ => return,
    };
    if !is_busy {
        steps.take("sweep: finds an expired upload", |to| to.requests[who].sweep = first);
    }
}

fn mark(steps: &mut Steps<'_>, who: usize) {
    if steps.has(Fault::BlobBeforeRow) {
        steps.take("sweep: the bytes, too early", |to| {
            to.requests[who].has_blob = false;
            to.requests[who].sweep = Sweep::DeleteBlob;
        });
        return;
    }
    steps.take("sweep: mark the row", |to| mark_or_leave(&mut to.requests[who], Sweep::DeleteBlob));
}

fn delete_blob(steps: &mut Steps<'_>, who: usize) {
    if steps.has(Fault::BlobBeforeRow) {
        steps.take("sweep: mark the row, too late", |to| mark_or_leave(&mut to.requests[who], Sweep::DropRow));
        return;
    }
    steps.take("sweep: the bytes", |to| {
        to.requests[who].has_blob = false;
        to.requests[who].sweep = Sweep::DropRow;
    });
}

fn mark_or_leave(request: &mut Request, then: Sweep) {
    match request.row {
        Row::Pending | Row::Deleting => {
            request.row = Row::Deleting;
            request.sweep = then;
        }
        Row::Absent | Row::Live => request.sweep = Sweep::Elsewhere,
    }
}
