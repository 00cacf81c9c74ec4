//! What a process writes on standard error, kept so that it can be looked through.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Everything written so far.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    text: Mutex<String>,
    is_complete: AtomicBool,
}

impl Log {
    /// Reads to the end in a thread of its own: a pipe that nobody empties would stop its writer.
    pub fn draining(source: impl Read + Send + 'static) -> Self {
        let log = Self::default();
        let kept = log.clone();
        thread::spawn(move || {
            let mut source = BufReader::new(source);
            let mut line = Vec::new();
            while source.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                kept.lock().push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
            kept.0.is_complete.store(true, Ordering::Release);
        });
        log
    }

    /// Whether its writer is gone and everything has been read.
    pub fn is_complete(&self) -> bool {
        self.0.is_complete.load(Ordering::Acquire)
    }

    /// All of it.
    pub fn text(&self) -> String {
        self.lock().clone()
    }

    /// Whether it has been written.
    pub fn contains(&self, text: &str) -> bool {
        self.lock().contains(text)
    }

    /// The base of the addresses in `listening on http://ADDR`, once that is there.
    pub fn listening_on(&self) -> Option<String> {
        const WORDS: &str = "listening on ";
        let text = self.lock();
        let rest = &text[text.find(WORDS)? + WORDS.len()..];
        // A line that was written halfway has no end yet.
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || ":/.[]".contains(c)))?;
        Some(rest[..end].to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.0.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
