//! Transcribes for Hearken with a program of this machine.
