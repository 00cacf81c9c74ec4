//! Summarises, tags and extracts for Hearken with an OpenAI-compatible chat server.
