//! Deliveries: leases as many as there are places, receivers in turn, and has them sent.

use std::{collections::HashMap, error::Error};

use hearken_application::deliver::{Delivered, Deliverer};
use hearken_domain::{
    delivery::{DeliveryLane, LeasedDelivery},
    ids::LeaseToken,
    job::LeaseTerms,
    ports::{Clock, Deliveries, IdSource, Ports},
    store_error::StoreError,
    time::Timestamp,
};
use tokio::{
    sync::watch,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until, timeout_at},
};

use crate::{
    WorkerSettings,
    bell::Ear,
    breaker::Breaker,
    job_loop::{LOOK_EVERY, STORE_PAUSE, told_to_end},
    renewal::LEASE,
};

/// The most lanes of one look.
const MOST_LANES: usize = 2_000;

pub(crate) struct DeliveryLoop {
    pub(crate) ports: Ports,
    pub(crate) deliverer: Deliverer,
    pub(crate) settings: WorkerSettings,
}

/// What is under way, and whose turn is next.
#[derive(Default)]
struct Under {
    tasks: JoinSet<Result<Delivered, StoreError>>,
    deliveries: HashMap<Id, LeasedDelivery>,
    breaker: Breaker,
    last: Option<DeliveryLane>,
}

impl DeliveryLoop {
    /// Runs until it is told to end; then lets what is under way end, and gives the rest back.
    pub(crate) async fn run(self, mut ear: Ear, mut stop: watch::Receiver<bool>) {
        let mut under = Under::default();
        loop {
            let look_at = match self.fill(&mut under).await {
                Ok(()) => Instant::now() + LOOK_EVERY,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "deliveries could not be leased");
                    Instant::now() + STORE_PAUSE
                }
            };
            tokio::select! {
                () = ear.heard() => {}
                Some(ended) = under.tasks.join_next_with_id(), if !under.tasks.is_empty() => {
                    self.ended(&mut under, ended);
                }
                () = sleep_until(look_at) => {}
                () = told_to_end(&mut stop) => break,
            }
            while let Some(ended) = under.tasks.try_join_next_with_id() {
                self.ended(&mut under, ended);
            }
        }
        self.end(under).await;
    }

    async fn fill(&self, under: &mut Under) -> Result<(), StoreError> {
        let free = self.settings.deliveries.saturating_sub(under.tasks.len());
        if free == 0 {
            return Ok(());
        }
        let now = self.ports.clock.now();
        under.breaker.forget(now);
        let turns = self.turns(under, free, now).await?;
        if turns.is_empty() {
            return Ok(());
        }
        let token = LeaseToken::from(self.ports.ids.ulid(now));
        let terms = LeaseTerms { token, process: self.settings.process, now, until: now.after(LEASE) };
        for delivery in self.ports.deliveries.lease(&turns, terms).await? {
            self.begin(under, delivery);
        }
        Ok(())
    }

    /// Who gets how many places: each receiver with something due in its turn, as many as it may have.
    async fn turns(
        &self,
        under: &mut Under,
        free: usize,
        now: Timestamp,
    ) -> Result<Vec<(DeliveryLane, u16)>, StoreError> {
        // Lanes that may have nothing now are among the answers, so there must be room for them.
        let limit = (free + under.breaker.closed()).min(MOST_LANES);
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let mut lanes = self.ports.deliveries.due(now, under.last.as_ref(), limit).await?;
        if lanes.len() < usize::from(limit) && under.last.is_some() {
            for lane in self.ports.deliveries.due(now, None, limit).await? {
                if !lanes.contains(&lane) {
                    lanes.push(lane);
                }
            }
        }
        let mut turns = Vec::new();
        let mut left = free;
        let mut left_to_unproven = unproven_places(self.settings.deliveries).saturating_sub(under.breaker.unproven());
        for lane in lanes {
            let room = under.breaker.room(&lane, self.settings.deliveries_a_receiver, now);
            let mut share = usize::from(room).min(left);
            if !under.breaker.is_proven(&lane) {
                share = share.min(left_to_unproven);
                left_to_unproven -= share;
            }
            if share > 0 {
                left -= share;
                under.last = Some(lane.clone());
                turns.push((lane, u16::try_from(share).unwrap_or(u16::MAX)));
            }
        }
        Ok(turns)
    }

    fn begin(&self, under: &mut Under, delivery: LeasedDelivery) {
        under.breaker.begin(&delivery.lane);
        let (deliverer, leased) = (self.deliverer.clone(), delivery.clone());
        let task = under.tasks.spawn(async move { deliverer.deliver(&leased).await });
        under.deliveries.insert(task.id(), delivery);
    }

    fn ended(&self, under: &mut Under, ended: Result<(Id, Result<Delivered, StoreError>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, Ok(outcome)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(delivery) = under.deliveries.remove(&id) else { return };
        let told = match outcome {
            Ok(Ok(Delivered::Well)) => {
                under.breaker.went_well(&delivery.lane, self.ports.clock.now());
                "well"
            }
            Ok(Ok(Delivered::Badly)) => {
                under.breaker.went_badly(&delivery.lane, self.ports.clock.now());
                "badly"
            }
            Ok(Err(error)) => {
                under.breaker.end(&delivery.lane);
                tracing::warn!(delivery.id = %delivery.id, error = &error as &dyn Error, "an attempt was not settled; its lease will end");
                "unsettled"
            }
            Err(panic) => {
                under.breaker.went_badly(&delivery.lane, self.ports.clock.now());
                tracing::error!(delivery.id = %delivery.id, error = %panic, "an attempt broke off; its lease will end");
                "broke_off"
            }
        };
        metrics::counter!("hearken_delivery_attempts_total", "outcome" => told).increment(1);
    }

    async fn end(&self, mut under: Under) {
        let deadline = Instant::now() + self.settings.grace;
        while !under.tasks.is_empty() {
            match timeout_at(deadline, under.tasks.join_next_with_id()).await {
                Ok(Some(ended)) => self.ended(&mut under, ended),
                Ok(None) | Err(_) => break,
            }
        }
        under.tasks.shutdown().await;
        for delivery in under.deliveries.values() {
            if let Err(error) = self.deliverer.put_back(delivery).await {
                tracing::warn!(delivery.id = %delivery.id, error = &error as &dyn Error, "a delivery was not given back; its lease will end");
            }
        }
    }
}

/// How many places receivers may have that have not shown that they work. However many of them never answer, a quarter
/// is left to those that do.
fn unproven_places(places: usize) -> usize {
    (places - places / 4).max(1)
}
