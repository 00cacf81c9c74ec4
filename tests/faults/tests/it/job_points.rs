//! R3 for jobs: the process is ended at every point of what follows a create, and whatever was begun is there once.
//!
//! Points that each write passes are taken at some of their passages only, unless `HEARKEN_FAULTS_EVERY_PASSAGE` is set.

use std::{env, os::unix::process::ExitStatusExt};

use futures_util::{StreamExt, stream};
use hearken_e2e::outside::Outside;
use hearken_faults::{
    followed,
    installation::durable_postgres,
    prepared::{Copy, Prepared},
    psql,
    settings::at,
};

/// On the way of a step and of a delivery on SQLite, each with how many passages it is to the next kill.
pub(crate) const ON_FOLLOWING: &[(&str, usize)] = &[
    ("crash::job.leased", 1),
    ("crash::job.settling", 1),
    ("crash::job.settled", 1),
    ("crash::delivery.leased", 1),
    ("crash::delivery.settling", 1),
    ("crash::commit.steps", 4),
    ("crash::commit.results-inserted", 3),
    ("crash::commit.events-inserted", 4),
    ("crash::sqlite.begun", 5),
    ("crash::sqlite.applied", 4),
    ("crash::sqlite.committed", 3),
    ("crash::sqlite.answered", 4),
];

/// The same on PostgreSQL, where several write at a time.
const ON_POSTGRES: &[(&str, usize)] =
    &[("crash::job.settled", 2), ("crash::delivery.settling", 3), ("crash::postgres.committed", 6)];

/// How many installations live at a time.
const LANES: usize = 3;

/// The signal of a process that ends itself at a point.
const SIGABRT: i32 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_survives_a_kill_at_every_point() {
    let outside = Outside::start().await;
    let prepared = Prepared::on_sqlite(&outside).await;
    let each = |point: &'static (&str, usize)| killed_at_each_passage(&outside, &prepared, *point);
    stream::iter(ON_FOLLOWING).for_each_concurrent(LANES, each).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_on_postgresql_survives_a_kill_at_every_point() {
    const NAME: &str = "what_follows_on_postgresql_survives_a_kill_at_every_point";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let outside = Outside::start().await;
    let prepared = Prepared::on_postgres(postgres.create_database(), &outside).await;
    for point in ON_POSTGRES {
        killed_at_each_passage(&outside, &prepared, *point).await;
    }
}

async fn killed_at_each_passage(outside: &Outside, prepared: &Prepared, (point, apart): (&str, usize)) {
    let apart = if env::var_os("HEARKEN_FAULTS_EVERY_PASSAGE").is_some() { 1 } else { apart };
    let mut kills = 0;
    while killed_at(outside, prepared, (point, 1 + kills * apart)).await {
        kills += 1;
    }
    assert!(kills > 0, "what follows a create does not pass {point}");
    eprintln!("{point}: {kills} kills");
}

/// A life that ends at the n-th passage, and what comes after it; `false` when it did all there is to do.
async fn killed_at(outside: &Outside, prepared: &Prepared, (point, n): (&str, usize)) -> bool {
    let name = format!("{}_{n}", point.replace([':', '.', '-'], "_"));
    let Copy { installation, database, listeners } = prepared.copy(&name).await;
    let mut dying = installation.begin(&at(point, n));
    database.is_done_or(&mut dying).await;
    // It may pass the point as the last thing it does.
    let has_ended = dying.ready().await.is_none() || dying.stop().await.signal() == Some(SIGABRT);
    let recorded = followed::recorded(&database).await;
    if installation.database_url().starts_with("postgres") {
        psql::end_leases(&installation.database_url());
    }
    let (mut life, _) = installation.live("").await;
    database.is_done_or(&mut life).await;
    life.stop_well().await;
    followed::assert_once(&database, 1, (&outside.receivers, &listeners), &recorded).await;
    has_ended
}
