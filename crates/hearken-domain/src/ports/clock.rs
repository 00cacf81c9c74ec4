//! The port of time.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::time::Timestamp;

/// The time, and waiting for it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Returns once the span has passed.
    async fn sleep(&self, span: Duration);
}

#[async_trait]
impl<P: Clock + ?Sized> Clock for Arc<P> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    async fn sleep(&self, span: Duration) {
        (**self).sleep(span).await;
    }
}
