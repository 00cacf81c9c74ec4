//! A look into PostgreSQL from outside, by its own program.

use std::process::{Child, Command, Stdio};

/// Whether the program is there; says by name what is skipped where it is not.
pub fn is_there(test: &str) -> bool {
    let found = Command::new("psql").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: {test}, because psql is not installed");
    }
    found
}

/// Runs a statement and gives what it prints, values only.
pub fn ask(url: &str, statement: &str) -> String {
    let output = command(url, statement).output().expect("psql can be started");
    assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs statements that take their time.
pub fn begin(url: &str, statements: &str) -> Asking {
    let mut command = command(url, statements);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Asking(command.spawn().expect("psql can be started"))
}

/// The time of everything that a dead process held has run out.
pub fn age(url: &str) {
    ask(url, "UPDATE claims SET until = 0; UPDATE uploads SET expires_at = 0 WHERE state = 'pending'");
}

/// The leases of dead processes, on jobs and on deliveries, have run out.
pub fn end_leases(url: &str) {
    ask(
        url,
        "UPDATE jobs SET due_at = 0 WHERE state = 'running'; UPDATE deliveries SET due_at = 0 WHERE token IS NOT NULL",
    );
}

/// How many connections of the service have a transaction open.
pub fn open_transactions(url: &str) -> usize {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hearken' AND state LIKE 'idle in%'";
    ask(url, count).parse().expect("a count is a number")
}

fn command(url: &str, statements: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set", "ON_ERROR_STOP=1"]);
    command.args(["--command", statements, url]).stdin(Stdio::null());
    command
}

/// A running program. It ends with its owner.
pub struct Asking(Child);

impl Drop for Asking {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
