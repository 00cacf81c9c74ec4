//! What follows a create, from the recording to the mail, with servers that speak the real protocols.

mod engines;
mod kill_loop;
mod log_hygiene;
mod mails;
mod misbehaving;
mod recording_to_mail;
mod restarts;
mod scene;
mod several_workers;
mod subscriptions;
mod supplied;
mod without_workflows;
