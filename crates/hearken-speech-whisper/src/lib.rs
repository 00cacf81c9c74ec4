//! Transcribes for Hearken with an embedded Whisper model.
