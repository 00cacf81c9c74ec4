//! Processes die of steps, again and again: what is deadly is given up, and nothing beside it is.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use hearken_application::jobs::take_back;
use hearken_domain::{
    engagement::ProcessingStatus,
    engine::EngineError,
    ids::{ProcessId, Ulid},
    insight::{Conversation, Made, Summary},
    job::{JobQuery, JobRecord, JobState, LostLeases, MAX_CRASHES},
    ports::{EngagementStore, Engines, JobQueue, Summariser},
};
use hearken_memory::Memory;
use tokio::{
    runtime::Builder,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::sleep,
};

use crate::house::{AtWork, House};

/// How many cases are tried.
const CASES: u64 = 60;

/// A case's own random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        // The splitmix64 generator.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }
}

/// Summarises what is harmless, in a time of its own, and ends its process over everything else.
struct Mortal {
    memory: Memory,
    process: usize,
    deaths: UnboundedSender<usize>,
    random: Mutex<Random>,
    seen: Arc<Mutex<Vec<String>>>,
    is_only: bool,
}

#[async_trait]
impl Summariser for Mortal {
    async fn summarise(&self, conversation: &Conversation) -> Result<Made<Summary>, EngineError> {
        if self.is_only {
            self.look_at_the_company().await;
        }
        if conversation.title.starts_with("deadly") {
            self.deaths.send(self.process).unwrap();
            return std::future::pending().await;
        }
        let millis = self.random.lock().unwrap().below(400);
        sleep(Duration::from_millis(millis)).await;
        Ok(Made { by: "me".to_owned(), value: Summary { text: "Said hello.".to_owned(), ..Summary::default() } })
    }
}

impl Mortal {
    /// One suspect at a time, and nothing beside one with its last crash before it.
    async fn look_at_the_company(&self) {
        let query = JobQuery { states: vec![JobState::Running], limit: 1000, ..JobQuery::default() };
        let running = self.memory.ports().queue.records(&query).await.unwrap();
        let suspects: Vec<&JobRecord> = running.iter().filter(|record| record.lane.is_of_suspects()).collect();
        let is_last = suspects.iter().any(|record| record.crashes + 1 == MAX_CRASHES);
        if suspects.len() > 1 || (is_last && running.len() > 1) {
            self.seen.lock().unwrap().push(format!("{running:?}"));
        }
    }
}

/// Some processes on one store, of which each that dies is replaced.
struct Site {
    house: House,
    random: Random,
    at_work: Vec<Option<AtWork>>,
    deaths: (UnboundedSender<usize>, UnboundedReceiver<usize>),
    seen: Arc<Mutex<Vec<String>>>,
    size: u64,
}

impl Site {
    async fn new(mut random: Random) -> Self {
        let size = 1 + random.below(3);
        let house = House::new().await;
        let mut site =
            Self { house, random, at_work: Vec::new(), deaths: unbounded_channel(), seen: Arc::default(), size };
        for _ in 0..size {
            site.begin().await;
        }
        site
    }

    async fn begin(&mut self) {
        let number = self.at_work.len();
        let process = ProcessId::from(Ulid::from_parts(2, number as u128));
        let is_only = self.size == 1;
        if is_only {
            take_back(&self.house.ports(), LostLeases::OfOthers(process)).await.unwrap();
        }
        let mortal = Mortal {
            memory: self.house.memory.clone(),
            process: number,
            deaths: self.deaths.0.clone(),
            random: Mutex::new(Random(self.random.below(u64::MAX))),
            seen: self.seen.clone(),
            is_only,
        };
        let engines = Engines { summariser: Arc::new(mortal), ..self.house.memory.engines() };
        self.at_work.push(Some(self.house.begin_as(process, engines)));
    }

    /// Ends the processes that are to die, lets the time of its leases run out, and those of the living be renewed.
    async fn bury(&mut self) -> usize {
        let mut buried = 0;
        while let Ok(number) = self.deaths.1.try_recv() {
            let Some(dead) = self.at_work[number].take() else { continue };
            dead.die().await;
            buried += 1;
            for _ in 0..self.random.below(5) {
                self.pass().await;
            }
            self.begin().await;
        }
        self.pass().await;
        buried
    }

    /// As long as from one renewal to the next.
    async fn pass(&self) {
        self.house.memory.clock.advance(Duration::from_secs(20));
        sleep(Duration::from_millis(50)).await;
    }
}

async fn case(seed: u64) {
    let mut random = Random(seed);
    let (deadly, harmless) = (1 + random.below(3), 2 + random.below(10));
    let mut site = Site::new(random).await;
    let (mut made, mut left) = (Vec::new(), (deadly, harmless));
    let mut deaths = 0;
    while left != (0, 0) {
        let is_deadly = site.random.below(left.0 + left.1) < left.0;
        let name = if is_deadly { "deadly" } else { "harmless" };
        let created = site.house.create(&format!("{name}-{}", made.len())).await;
        made.push((created.id, is_deadly));
        if is_deadly {
            left.0 -= 1;
        } else {
            left.1 -= 1;
        }
        sleep(Duration::from_millis(site.random.below(200))).await;
        deaths += site.bury().await;
    }
    for round in 0.. {
        assert!(round < 2_000, "case {seed}: it is never over");
        deaths += site.bury().await;
        let mut open = 0;
        for (id, is_deadly) in &made {
            let shown = site.house.ports().store.by_id(site.house.caller.workspace, *id).await.unwrap().unwrap();
            let code = shown.processing_error.map(|error| error.code);
            match shown.status {
                ProcessingStatus::Failed => {
                    assert!(*is_deadly, "case {seed}: {} ended by {code:?}", shown.title.as_str());
                    assert_eq!(code.as_deref(), Some("crash_loop"), "case {seed}");
                }
                ProcessingStatus::Completed => assert!(!is_deadly, "case {seed}"),
                ProcessingStatus::Pending | ProcessingStatus::Processing => open += 1,
            }
        }
        if open == 0 {
            break;
        }
    }
    assert!(deaths <= 3 * usize::try_from(deadly).unwrap(), "case {seed}: {deaths} died of {deadly}");
    assert_eq!(*site.seen.lock().unwrap(), Vec::<String>::new(), "case {seed}: suspects in bad company");
    for at_work in site.at_work.into_iter().flatten() {
        at_work.end().await;
    }
}

#[test]
fn what_kills_is_given_up_and_nothing_beside_it_is() {
    for seed in 0..CASES {
        Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(case(seed));
    }
}
