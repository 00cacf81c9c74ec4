//! A program and whatever it starts: one process group, which never outlives who waits for it.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The group of a program that was started as the first of its own. Killed when this is dropped.
pub(crate) struct Group(Option<Pid>);

impl Group {
    pub(crate) fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }

    /// Kills what is left. To be called at once when the program was waited for: its number is free from then on.
    pub(crate) fn end(&mut self) {
        if let Some(group) = self.0.take() {
            // Nothing may be left, which is an error here.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
