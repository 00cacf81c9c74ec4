//! The one commit of a create (`create::write`), what a store does with it, and a lost answer.

use crate::{
    Fault, State,
    state::{Kind, Row, Step},
    steps::Steps,
};

/// What a store answers.
#[derive(Clone, Copy)]
enum Committed {
    Ours,
    Theirs,
    Lost,
}

/// `Creator::commit`, the first time or after an inquiry that found nothing.
pub(crate) fn commit(steps: &mut Steps<'_>, who: usize) {
    let fault = steps.fault;
    steps.take("commit", |to| {
        let committed = apply(to, who, fault);
        hear(to, who, committed);
    });
    let may_be_lost = steps.from.lost_answers_left > 0 && !steps.from.requests[who].in_doubt;
    if may_be_lost {
        steps.take("commit: the answer is lost", |to| {
            to.lost_answers_left -= 1;
            to.requests[who].in_doubt = true;
            to.requests[who].step = Step::Inquire;
        });
    }
}

/// `Creator::commit` after a lost answer: the row is looked for by the external id.
pub(crate) fn inquire(steps: &mut Steps<'_>, who: usize) {
    let is_ours = steps.from.requests[who].engaged;
    if is_ours {
        steps.take("commit: it had happened", |to| hear(to, who, Committed::Ours));
    } else if steps.from.has_engagement() {
        steps.take("commit: somebody else's had", |to| hear(to, who, Committed::Theirs));
    } else {
        steps.take("commit: nothing had happened, again", |to| to.requests[who].step = Step::Commit);
    }
    // Nothing is discarded then: the upload's row tells the sweeper.
    steps.take("commit: its outcome stays unknown", |to| to.requests[who].give_up());
}

/// `Creator::lost_or_ours`.
pub(crate) fn lost_or_ours(steps: &mut Steps<'_>, who: usize) {
    if steps.from.requests[who].engaged {
        steps.take("lost_or_ours: ours", |to| to.requests[who].acknowledge());
    } else {
        steps.take("lost_or_ours: lost", |to| to.requests[who].discard(true));
    }
}

/// A commit whose answer was lost happens late, also after its process died, or never.
pub(crate) fn doubts(steps: &mut Steps<'_>, who: usize) {
    if !steps.from.requests[who].in_doubt {
        return;
    }
    let fault = steps.fault;
    steps.take("the commit in doubt happens", |to| {
        to.requests[who].in_doubt = false;
        apply(to, who, fault);
    });
    steps.take("the commit in doubt is gone", |to| to.requests[who].in_doubt = false);
}

/// What a store does with the changeset, whole or not at all: `KeyTaken`, `LeaseLost`, or everything.
fn apply(state: &mut State, who: usize, fault: Option<Fault>) -> Committed {
    let is_taken = state.has_engagement() && fault != Some(Fault::NoUniqueIndex);
    let request = &mut state.requests[who];
    if request.engaged {
        return Committed::Ours;
    }
    if is_taken {
        return Committed::Theirs;
    }
    if request.kind == Kind::Recording {
        let is_pending = request.row == Row::Pending || fault == Some(Fault::NoPendingRow);
        if !(request.holds_claim && is_pending) && fault != Some(Fault::NoFence) {
            return Committed::Lost;
        }
        request.row = Row::Live;
        request.holds_claim = false;
    }
    request.engaged = true;
    Committed::Ours
}

/// Where `Creator::work` goes from an answer.
fn hear(state: &mut State, who: usize, committed: Committed) {
    let request = &mut state.requests[who];
    match committed {
        Committed::Ours => request.acknowledge(),
        Committed::Theirs if request.kind == Kind::Timeline => request.step = Step::Find,
        Committed::Theirs => request.discard(true),
        Committed::Lost => request.step = Step::LostOrOurs,
    }
}
