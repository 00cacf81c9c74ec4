//! Reads recordings for Hearken: what they are, and their sound, with symphonia.
