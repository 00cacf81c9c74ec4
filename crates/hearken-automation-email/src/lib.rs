//! Writes and sends recap e-mails for Hearken.
