//! How a decoder is stopped from outside: a flag that it looks at, and an end to the children it may be waiting for.

use std::{
    io,
    process::{Child, Command},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::error::Fault;

/// Shared by a call and the thread that decodes for it.
#[derive(Default)]
pub(crate) struct Stop {
    stopped: AtomicBool,
    /// Those that still run.
    children: Mutex<Vec<Arc<Mutex<Child>>>>,
}

impl Stop {
    pub(crate) fn stop(&self) {
        let children = locked(&self.children);
        self.stopped.store(true, Ordering::Relaxed);
        for child in children.iter() {
            // One that has ended by itself needs no end.
            let _ = locked(child).kill();
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<(), Fault> {
        if self.is_stopped() { Err(Fault::Stopped) } else { Ok(()) }
    }

    /// Starts a program that ends, and is waited for, when the returned value is dropped, and ends when this is stopped.
    pub(crate) fn spawn(self: &Arc<Self>, command: &mut Command) -> io::Result<Running> {
        // Under the lock: a stop either sees this child or is seen here.
        let mut children = locked(&self.children);
        if self.is_stopped() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = Arc::new(Mutex::new(command.spawn()?));
        children.push(Arc::clone(&child));
        drop(children);
        Ok(Running { child, stop: Arc::clone(self) })
    }
}

/// Stops when it is dropped: a call that is given up takes its decoder with it.
pub(crate) struct StopOnDrop(pub(crate) Arc<Stop>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A child that runs no longer than this lives.
pub(crate) struct Running {
    child: Arc<Mutex<Child>>,
    stop: Arc<Stop>,
}

impl Running {
    pub(crate) fn child(&self) -> MutexGuard<'_, Child> {
        locked(&self.child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        locked(&self.stop.children).retain(|child| !Arc::ptr_eq(child, &self.child));
        let mut child = self.child();
        // It may have ended by itself. It is dead after this in any case, so that waiting does not take long.
        let _ = child.kill();
        if let Err(error) = child.wait() {
            tracing::warn!(error = &error as &dyn std::error::Error, "a decoder's process could not be waited for");
        }
    }
}

/// What is kept under these locks cannot be half changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
