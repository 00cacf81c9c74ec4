//! The steps of a request, as `hearken_application::create` takes them. Between two of them anything may happen.

use crate::{
    Fault, removal,
    state::{Kind, Row, Step},
    steps::Steps,
    write,
};

/// What a request may do next.
pub(crate) fn steps(steps: &mut Steps<'_>, who: usize) {
    match steps.from.requests[who].step {
        Step::Find => find(steps, who),
        Step::Claim => claim(steps, who),
        Step::LookAgain => work(steps, who),
        Step::StoreRecording => store_recording(steps, who),
        Step::Commit => write::commit(steps, who),
        Step::Inquire => write::inquire(steps, who),
        Step::LostOrOurs => write::lost_or_ours(steps, who),
        Step::Mark => removal::mark(steps, who),
        Step::DeleteBlob => removal::delete_blob(steps, who),
        Step::DropRow => removal::drop_row(steps, who),
        Step::LookAtRow => removal::look_at_row(steps, who),
        Step::Settle => settle(steps, who),
        Step::Over => {}
    }
}

/// `Creator::find`, and where `Creator::create` goes from there.
fn find(steps: &mut Steps<'_>, who: usize) {
    let request = steps.from.requests[who];
    if steps.from.has_engagement() {
        steps.take("find: it is there, 200", |to| to.requests[who].acknowledge());
    } else if request.kind == Kind::Timeline {
        steps.take("find: nothing, no recording to fetch", |to| to.requests[who].step = Step::Commit);
    } else if request.has_claimed {
        steps.take("find: nothing, and no time left", |to| to.requests[who].give_up());
    } else {
        steps.take("find: nothing", |to| to.requests[who].step = Step::Claim);
    }
}

/// `Creator::claim`. That the claim is somebody's does not keep anybody from it: the lease may have run out by now.
fn claim(steps: &mut Steps<'_>, who: usize) {
    let is_held = steps.from.requests.iter().any(|request| request.holds_claim);
    let makes_row = !steps.has(Fault::NoPendingRow);
    let name = if is_held { "claim: the lease has run out, held" } else { "claim: held" };
    steps.take(name, |to| {
        for request in &mut to.requests {
            request.holds_claim = false;
        }
        let request = &mut to.requests[who];
        request.holds_claim = true;
        request.has_claimed = true;
        request.step = Step::LookAgain;
        if makes_row {
            request.row = Row::Pending;
        }
    });
    if is_held {
        steps.take("claim: busy, and no time left", |to| to.requests[who].give_up());
        if steps.from.has_engagement() {
            steps.take("claim: busy, look again", |to| to.requests[who].step = Step::Find);
        }
    }
}

/// `Creator::work`: whoever held the key before may have finished between our look and our claim.
fn work(steps: &mut Steps<'_>, who: usize) {
    if steps.from.has_engagement() {
        steps.take("work: it is there by now", |to| to.requests[who].discard(true));
    } else {
        steps.take("work: still nothing", |to| to.requests[who].step = Step::StoreRecording);
    }
}

/// `Creator::store_recording`: the bytes appear at once, by a rename or the end of a multipart upload.
fn store_recording(steps: &mut Steps<'_>, who: usize) {
    steps.take("store_recording: fails", |to| to.requests[who].discard(false));
    steps.take("store_recording", |to| {
        to.requests[who].has_blob = true;
        to.requests[who].step = Step::Commit;
    });
}

/// The end of `Creator::discard`: the claim is dropped where it is still ours.
fn settle(steps: &mut Steps<'_>, who: usize) {
    steps.take("discard: the claim", |to| {
        let request = &mut to.requests[who];
        request.holds_claim = false;
        if request.again {
            request.again = false;
            request.step = Step::Find;
        } else {
            request.give_up();
        }
    });
}
