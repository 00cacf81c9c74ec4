//! Decoding can wait; a client that creates an engagement cannot.

use rustix::process::nice;

/// The lowest `nice` value.
const LOWEST: i32 = 19;

/// Gives way to every other process. False where only a part of it could be had.
pub(super) fn lower() -> bool {
    // The policy first: after `nice` an ordinary user may not set it.
    let is_idle = idle();
    nice(LOWEST).is_ok() && is_idle
}

#[cfg(target_os = "linux")]
fn idle() -> bool {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id,
    };

    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn idle() -> bool {
    true
}
