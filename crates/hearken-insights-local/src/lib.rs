//! Summarises, tags and extracts for Hearken, embedded and deterministic.
