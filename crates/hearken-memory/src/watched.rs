//! A value that tasks wait on: what the clock and the media gate are made of. Works on every executor.

use std::{
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

/// A value, and who waits for it to change.
#[derive(Debug, Default)]
pub(crate) struct Watched<T> {
    inner: Mutex<Inner<T>>,
}

#[derive(Debug, Default)]
struct Inner<T> {
    value: T,
    waiting: Vec<Waker>,
}

impl<T> Watched<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { inner: Mutex::new(Inner { value, waiting: Vec::new() }) }
    }

    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock().value)
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let mut inner = self.lock();
        let result = change(&mut inner.value);
        let waiting = std::mem::take(&mut inner.waiting);
        // A waker may run its task at once, on this thread: not while we hold the lock.
        drop(inner);
        waiting.into_iter().for_each(Waker::wake);
        result
    }

    /// Returns once the value is as wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&T) -> bool) {
        poll_fn(|context| {
            let mut inner = self.lock();
            if wanted(&inner.value) {
                return Poll::Ready(());
            }
            if !inner.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                inner.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// A panic in a test's closure says nothing about the value, so poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
