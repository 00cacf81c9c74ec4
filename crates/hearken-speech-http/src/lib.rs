//! Transcribes for Hearken with an OpenAI-compatible server.
