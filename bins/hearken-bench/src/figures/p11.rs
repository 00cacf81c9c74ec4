//! P11: webhook deliveries to a thousand endpoints, of which three in ten are dead, beside the same with none dead.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use hearken_automation_webhook::{WebhookDispatcher, WebhookSettings};
use hearken_domain::{
    changeset::Changeset,
    event::{Event, EventKind},
    ids::EventId,
    ports::{Clock, EngagementStore, Engines, IdSource},
    webhook::WebhookEndpoint,
};
use hearken_egress::{EgressSettings, Guard, TcpDialer};
use hearken_testkit::fixture::{Tenant, a_receiver, an_endpoint, known_endpoints};
use ipnet::IpNet;
use tokio::time::{MissedTickBehavior, interval};

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P11,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    house::{Database, House, Working},
    receivers::{Manner, Receivers},
    statistics::{Delays, Pairs, count},
    tenants::workspaces,
};

const WORKSPACES: usize = 100;
const ENDPOINTS_EACH: usize = 10;
/// Of each workspace's ten endpoints. The silent ones hold a call for fifteen seconds.
const DEAD: [Manner; 3] = [Manner::Refuses, Manner::Silent, Manner::Fails];
/// Ten deliveries each time: a hundred a second.
const EVERY: Duration = Duration::from_millis(100);
/// A steady run is never shorter: a silent receiver is known for one after three times fifteen seconds, and a run that
/// ended before would say nothing about it.
const LEAST: Duration = Duration::from_secs(60);
/// Events of each workspace in a burst.
const BURST: usize = 3;
/// As long as an envelope of an engagement.
const PAYLOAD: &[u8] = &[b' '; 1200];
const PATIENCE: Duration = Duration::from_secs(120);

/// A house with its endpoints.
struct Scene {
    house: House,
    tenants: Vec<Tenant>,
    receivers: Receivers,
    good: usize,
}

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P11)?;
    let (mut quiet, mut among_dead) = (Delays::default(), Delays::default());
    let mut rates = Pairs::default();
    for round in 0..bench.rounds {
        let mut both = [0.0; 2];
        for (side, dead) in [&[][..], &DEAD].into_iter().enumerate() {
            let scene = Scene::prepare(&folder.join(format!("{round}-{side}.db")), dead).await?;
            both[side] = scene.burst().await?;
            scene.house.close().await;
            let scene = Scene::prepare(&folder.join(format!("{round}-{side}-steady.db")), dead).await?;
            let delays = if dead.is_empty() { &mut quiet } else { &mut among_dead };
            delays.add(&scene.steadily(bench.span.max(LEAST)).await?);
            scene.house.close().await;
        }
        rates.add(both[0], both[1]);
    }
    let pairs = |of: fn(&Delays) -> &[f64]| Pairs::of(of(&quiet), of(&among_dead));
    Ok(Outcome::Measured(vec![
        Figure::compared(P11, "p99 of good receivers, 30 % of 1,000 dead", (&pairs(|delays| &delays.p99), "ms"))
            .goal(Goal::RatioAtMost(2.0))
            .note("from an event's commit to the receiver's having the request, 100 deliveries a second"),
        Figure::compared(P11, "p50 of these", (&pairs(|delays| &delays.p50), "ms")),
        Figure::compared(P11, "deliveries to good receivers, 30 % dead, burst", (&rates, "/s"))
            .goal(Goal::OursAtLeast(300.0))
            .note("the yardstick has none dead; both ends of TLS are on this machine"),
    ]))
}

impl Scene {
    /// A thousand endpoints over a fresh file.
    async fn prepare(path: &Path, dead: &[Manner]) -> Result<Self, Failure> {
        let house = House::over(Database::sqlite(path).await?);
        let receivers = Receivers::start(house.marks.clone()).await?;
        let tenants = workspaces(&house, WORKSPACES).await;
        for tenant in &tenants {
            let manner = |number: usize| dead.get(number).copied().unwrap_or(Manner::Well);
            let endpoints: Vec<WebhookEndpoint> = (0..ENDPOINTS_EACH)
                .map(|number| WebhookEndpoint {
                    url: a_receiver(&receivers.url(manner(number), number)),
                    ..an_endpoint(*tenant)
                })
                .collect();
            known_endpoints(&house.stores, *tenant, &endpoints).await;
        }
        Ok(Self { house, tenants, receivers, good: ENDPOINTS_EACH - dead.len() })
    }

    fn work(&self) -> Result<Working, Failure> {
        let webhooks = WebhookSettings::default();
        let egress = webhooks.egress(EgressSettings {
            allow: vec![IpNet::from(IpAddr::from(Ipv4Addr::LOCALHOST))],
            ports: self.receivers.ports(),
            ca_pem: Some(self.receivers.ca_pem()),
            ..EgressSettings::default()
        });
        let guard = Guard::new(egress, Arc::new(TcpDialer)).or_fail("the guard could not be made")?;
        let dispatcher = Arc::new(WebhookDispatcher::new(guard, webhooks));
        let engines = Engines { webhooks: dispatcher, ..hearken_memory::Memory::new().engines() };
        Ok(self.house.work(engines, |mut size| {
            // Silent receivers are not waited for at the end.
            size.grace = Duration::ZERO;
            size
        }))
    }

    /// Something happens in a workspace, of which all its endpoints are told.
    async fn happens(&self, tenant: Tenant) -> Result<(), Failure> {
        let now = self.house.ports.clock.now();
        let event = Event {
            id: EventId::from(self.house.ports.ids.ulid(now)),
            workspace: tenant.workspace,
            kind: EventKind::EngagementCreated,
            about: self.house.ports.ids.ulid(now),
            payload: Bytes::from_static(PAYLOAD),
            created_at: now,
        };
        let changeset = Changeset { events: vec![event], ..Changeset::new(tenant.workspace) };
        self.house.ports.store.commit(changeset).await.map(drop).or_fail("an event could not be committed")
    }

    /// Events at a pace that leaves the machine time; gives how long good receivers waited.
    async fn steadily(&self, span: Duration) -> Result<Vec<Duration>, Failure> {
        let worker = self.work()?;
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (begin, mut events) = (Instant::now(), 0);
        for tenant in self.tenants.iter().cycle() {
            ticks.tick().await;
            self.happens(*tenant).await?;
            events += 1;
            if begin.elapsed() >= span {
                break;
            }
        }
        self.until_seen(events * self.good).await?;
        worker.stop().await?;
        Ok(self.house.marks.delays())
    }

    /// Events all at once, and then a worker; gives the deliveries to good receivers a second.
    async fn burst(&self) -> Result<f64, Failure> {
        for tenant in self.tenants.iter().cycle().take(BURST * WORKSPACES) {
            self.happens(*tenant).await?;
        }
        let wanted = BURST * WORKSPACES * self.good;
        let begin = Instant::now();
        let worker = self.work()?;
        self.until_seen(wanted).await?;
        let rate = count(wanted) / begin.elapsed().as_secs_f64();
        worker.stop().await?;
        Ok(rate)
    }

    async fn until_seen(&self, wanted: usize) -> Result<(), Failure> {
        let begin = Instant::now();
        while self.house.marks.sightings() < wanted {
            if begin.elapsed() > PATIENCE {
                let seen = self.house.marks.sightings();
                return Err(Failure::plain(format!("only {seen} of {wanted} deliveries came")));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}
