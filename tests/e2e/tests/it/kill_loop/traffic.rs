//! Clients that create without a pause: with recordings and without, new keys and old ones.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use hearken_e2e::{bodies, client::Client, dice::Dice, media_host::MediaHost};
use serde_json::Value;

use super::ledger::Ledger;

/// While there is nobody to talk to.
const PAUSE: Duration = Duration::from_millis(5);

/// What the clients share.
pub(crate) struct Traffic {
    host: Arc<MediaHost>,
    dice: Arc<Dice>,
    ledger: Ledger,
    target: Mutex<Option<Client>>,
    next: AtomicU64,
    over: AtomicBool,
}

/// What an engagement of the traffic is made of; its external id says it.
pub(crate) enum Material {
    /// A recording under this path of the host.
    Recording(String),
    /// This text, spoken.
    Talk(String),
}

/// What stands behind an external id of the traffic.
pub(crate) fn material(external_id: &str) -> Material {
    match external_id.split_once('-') {
        Some((kind @ ("instant" | "slow"), _)) => Material::Recording(format!("/{kind}/{external_id}")),
        _ => Material::Talk(format!("This is {external_id}.")),
    }
}

impl Traffic {
    pub(crate) fn new(host: Arc<MediaHost>, dice: Arc<Dice>) -> Self {
        let (ledger, target) = (Ledger::default(), Mutex::default());
        Self { host, dice, ledger, target, next: AtomicU64::new(0), over: AtomicBool::new(false) }
    }

    /// Where the clients send from now on.
    pub(crate) fn aim_at(&self, target: Option<Client>) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// The clients end after the request they are in.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// One client.
    pub(crate) async fn run(self: Arc<Self>) {
        while !self.over.load(Ordering::Relaxed) {
            let target = self.target.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match target {
                Some(client) => self.create(&client).await,
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn create(&self, client: &Client) {
        let external_id = external_id(self.number());
        self.ledger.sending(&external_id);
        match client.try_create(&self.body(&external_id)).await {
            Ok(answer) => match answer.status {
                200 | 201 => self.ledger.acknowledged(&external_id, &answer),
                // The port of a killed process may be another test's by now, which does not know the key.
                401 | 409 | 503 => tokio::time::sleep(PAUSE).await,
                _ => self.ledger.surprised(&external_id, &answer),
            },
            // Killed: whether it is there is not known, and it may be asked for again.
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }

    /// Half of the time a new one; else one of the last few, which may be under way, or any.
    fn number(&self) -> u64 {
        let made = self.next.load(Ordering::Relaxed);
        match self.dice.below(4) {
            0 if made > 0 => self.dice.below(made),
            1 if made > 0 => made - 1 - self.dice.below(made.min(12)),
            _ => self.next.fetch_add(1, Ordering::Relaxed),
        }
    }

    fn body(&self, external_id: &str) -> Value {
        match material(external_id) {
            Material::Recording(path) => {
                let link = self.host.link(&format!("{path}?ms={}", self.dice.below(80)));
                bodies::with_media(external_id, &link)
            }
            Material::Talk(text) => bodies::with_timeline(external_id, &text),
        }
    }
}

fn external_id(number: u64) -> String {
    let kind = ["talk", "instant", "slow"][usize::try_from(number % 3).expect("it is below 3")];
    format!("{kind}-{number}")
}
