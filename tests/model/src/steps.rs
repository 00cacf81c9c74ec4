//! Every step that can be taken from a state: those of the requests, of the sweeper, and of bad luck.

use std::fmt;

use crate::{
    Fault, State, create,
    state::{REQUESTS, Step},
    sweep, write,
};

/// A step, with where it leads: what the checker asks for twice is worked out once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    name: &'static str,
    pub(crate) to: State,
}

/// A path is read by its steps' names; the states stand between them anyway.
impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The steps from one state.
pub(crate) struct Steps<'a> {
    pub(crate) fault: Option<Fault>,
    pub(crate) from: &'a State,
    taken: &'a mut Vec<Taken>,
}

impl Steps<'_> {
    /// Adds a step.
    pub(crate) fn take(&mut self, name: &'static str, change: impl FnOnce(&mut State)) {
        let mut to = *self.from;
        change(&mut to);
        to.normalise(self.fault);
        self.taken.push(Taken { name, to });
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

/// All of them, always in the same order.
pub(crate) fn all(fault: Option<Fault>, from: &State, taken: &mut Vec<Taken>) {
    let mut steps = Steps { fault, from, taken };
    for who in 0..REQUESTS {
        create::steps(&mut steps, who);
        write::doubts(&mut steps, who);
        sweep::steps(&mut steps, who);
        crash(&mut steps, who);
    }
}

/// The process of a request dies: its memory is gone, and what it stored stays.
fn crash(steps: &mut Steps<'_>, who: usize) {
    if steps.from.crashes_left > 0 && steps.from.requests[who].step != Step::Over {
        steps.take("the process dies", |to| {
            to.crashes_left -= 1;
            to.requests[who].give_up();
        });
    }
}
