//! Waiting for something to become so. The limit is a watchdog against hanging for ever, not a claim about speed.

use std::time::Duration;

/// Far beyond what anything here takes, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(5);

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Looks again and again until there is something to see.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    within_patience(what, looking).await
}

/// Waits for it, and says what it was when it never comes.
pub async fn within_patience<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let Ok(value) = tokio::time::timeout(PATIENCE, coming).await else {
        panic!("gave up after {PATIENCE:?} waiting until {what}")
    };
    value
}
