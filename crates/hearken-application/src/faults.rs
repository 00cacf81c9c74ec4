//! Where the fault tests reach in. With the feature `failpoints` a test arms named points by the variable `FAILPOINTS`;
//! without it every function here is nothing.

/// Whether a test armed this point.
#[cfg(feature = "failpoints")]
pub(crate) fn is_armed(point: &str) -> bool {
    fail::fail_point!(point, |_| true);
    false
}

/// Whether a test armed this point: there are no tests in this build.
#[cfg(not(feature = "failpoints"))]
pub(crate) const fn is_armed(_point: &str) -> bool {
    false
}
