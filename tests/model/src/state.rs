//! What there is at one moment: each request with its upload, and what may still go wrong.
//!
//! Requests are alike, so a state keeps them sorted: states that differ only in who is who are one.

use crate::{Creates, Fault};

/// How many requests there are.
pub const REQUESTS: usize = 3;

/// What a request brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Recording,
    Timeline,
}

/// What a request does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    Find,
    Claim,
    LookAgain,
    StoreRecording,
    Commit,
    Inquire,
    LostOrOurs,
    /// Of `removal::take_back`.
    Mark,
    /// Of `removal::take_back`.
    DeleteBlob,
    /// Of `removal::take_back`.
    DropRow,
    /// Of `removal::take_back`.
    LookAtRow,
    Settle,
    /// Answered, or its process is dead.
    Over,
}

/// An upload's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Row {
    Absent,
    Pending,
    Live,
    Deleting,
}

/// What the sweeper does next with an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Sweep {
    Elsewhere,
    Mark,
    DeleteBlob,
    DropRow,
}

/// A request, its claim, its upload and the engagement that it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Request {
    pub(crate) kind: Kind,
    pub(crate) step: Step,
    /// It claims once; whoever is sent back a second time runs out of patience.
    pub(crate) has_claimed: bool,
    /// The claim's row has its token.
    pub(crate) holds_claim: bool,
    /// After discarding it looks again, instead of answering with an error.
    pub(crate) again: bool,
    /// A commit of its is under way whose answer will not come.
    pub(crate) in_doubt: bool,
    /// Its engagement is there.
    pub(crate) engaged: bool,
    /// It was answered with 201 or 200.
    pub(crate) acknowledged: bool,
    pub(crate) row: Row,
    pub(crate) has_blob: bool,
    pub(crate) sweep: Sweep,
}

impl Request {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            step: Step::Find,
            has_claimed: false,
            holds_claim: false,
            again: false,
            in_doubt: false,
            engaged: false,
            acknowledged: false,
            row: Row::Absent,
            has_blob: false,
            sweep: Sweep::Elsewhere,
        }
    }

    /// 201 or 200.
    pub(crate) fn acknowledge(&mut self) {
        self.step = Step::Over;
        self.acknowledged = true;
    }

    /// Ends without an engagement to show: an error, or the end of its process.
    pub(crate) fn give_up(&mut self) {
        self.step = Step::Over;
        self.again = false;
    }

    /// Begins to take back what its claim began.
    pub(crate) fn discard(&mut self, again: bool) {
        self.step = Step::Mark;
        self.again = again;
    }

    /// Whether its bytes may still be on their way.
    pub(crate) fn is_working(&self) -> bool {
        matches!(self.step, Step::LookAgain | Step::StoreRecording)
    }
}

/// One moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) requests: [Request; REQUESTS],
    pub(crate) crashes_left: u8,
    pub(crate) lost_answers_left: u8,
}

impl State {
    pub(crate) fn new(creates: &Creates) -> Self {
        let mut requests = [Request::new(Kind::Recording); REQUESTS];
        for request in requests.iter_mut().rev().take(creates.timelines) {
            request.kind = Kind::Timeline;
        }
        Self { requests, crashes_left: creates.crashes, lost_answers_left: creates.lost_answers }
    }

    pub(crate) fn engagements(&self) -> usize {
        self.requests.iter().filter(|request| request.engaged).count()
    }

    pub(crate) fn has_engagement(&self) -> bool {
        self.engagements() > 0
    }

    /// Writes states that mean the same in the same way, which is what keeps them few.
    pub(crate) fn normalise(&mut self, fault: Option<Fault>) {
        let is_taken = self.has_engagement() && fault != Some(Fault::NoUniqueIndex);
        let is_fenced = !matches!(fault, Some(Fault::NoFence | Fault::NoPendingRow));
        for request in &mut self.requests {
            // Neither a lost lease, nor a row that is no longer pending, nor an engagement's name comes back: such a
            // commit will never happen.
            let is_lost = request.kind == Kind::Recording && !(request.holds_claim && request.row == Row::Pending);
            if is_fenced && (is_taken || is_lost) {
                request.in_doubt = false;
            }
            // The sweeper's next compare-and-set finds the row elsewhere and leaves it.
            if request.sweep == Sweep::Mark && request.row != Row::Pending && fault != Some(Fault::BlobBeforeRow) {
                request.sweep = Sweep::Elsewhere;
            }
        }
        self.requests.sort_unstable();
    }
}
