//! The worker as a whole, over the verified in-memory ports.
