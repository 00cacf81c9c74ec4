//! The service in a network of its own, in which every forbidden address answers.

mod rig;
