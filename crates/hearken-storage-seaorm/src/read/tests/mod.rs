//! Lists over a workspace that is large enough for a wrong plan to be seen: what every filter and order is driven by on
//! both engines, that every way gives the same rows, and that what is short does not wait for what is not.

mod places;
mod plans;
mod routes;
mod scene;
