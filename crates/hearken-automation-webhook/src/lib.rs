//! Calls webhook receivers for Hearken, signed, through the egress guard.
