//! # hearken-media-http
//!
//! Implements [`MediaFetcher`](hearken_domain::ports::MediaFetcher) over [`hearken_egress`]: the guard decides where a
//! link may lead, this crate decides whether what it serves is a recording.
//!
//! * Only status 200, one `Content-Type` of a concrete `audio/…` or `video/…` type, no content coding.
//! * Playlists are refused by type and by their first bytes: a later decoder would follow them.
//! * The first 512 bytes must not be those of something that is certainly no recording.
//! * An empty body, and more bytes than the cap, are refused; the body is a stream in constant memory.
//!
//! ## Settings
//!
//! [`MediaSettings`]: the cap, the octet-stream rule, and how many fetches run at a time in all, for a workspace and
//! from a host. A fetch that waits longer than `permit_wait` for its turn ends as `unavailable`, and so does every
//! fetch once [`HttpMediaFetcher::shut_down`] was called.
//!
//! ## Limits
//!
//! Permits are returned when the body's stream has ended or is dropped. Whether a recording can be decoded is found out
//! later: another container than declared is tolerated here.

mod body;
mod content_type;
mod credential;
mod error;
mod fetcher;
mod permits;
mod settings;
mod sniff;

pub use fetcher::HttpMediaFetcher;
pub use settings::{MediaSettings, OctetStream};
