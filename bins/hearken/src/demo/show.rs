//! What the demo shows: a call is created, created again, read with everything that was found in it, and heard.

use std::time::Duration;

use hearken_domain::ports::Clock;
use serde_json::Value;

use super::{
    client::{Answer, Client},
    media_host::{MediaHost, SAMPLE},
    sample,
};
use crate::{clock::SystemClock, engines::speech::Usable, failure::Failure};

/// How long the demo waits for the steps that follow a create.
const PATIENCE: Duration = Duration::from_mins(5);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What is read of an engagement.
const EXPAND: &str = "expand=transcript,action_items,signals,tags,media_url,contacts,companies,owner";

pub(super) async fn show(client: &Client, host: &MediaHost, hears: Usable) -> Result<(), Failure> {
    let start_at = hearken_wire::time::format(SystemClock.now().before(Duration::from_mins(5)));
    let body = sample::with_transcript(&host.sample_url(), &start_at);
    println!("\nThe sample recording is at {}\n", host.sample_url());
    let first = client.post("/api/v2/engagements", &body).await?;
    announce("The first POST fetches it over HTTPS, stores it, and answers", &first);
    let again = client.post("/api/v2/engagements", &body).await?;
    let replayed = if again.replayed { " (Idempotent-Replayed: true)" } else { "" };
    println!("The same POST again changes nothing, and answers {}{replayed}\n", again.status);
    let done = processed(client, &first).await?;
    println!("A moment later it was read; {EXPAND} shows what was found:\n");
    findings(&done);
    let link = text(&done, "media_url");
    let recording = client.fetch(link).await?;
    if !matches!((first.status, again.status), (201 | 200, 200)) || recording != SAMPLE {
        return Err(Failure::plain("the demo did not go as it must; the log above says why"));
    }
    println!("The recording comes back from its signed link, all {} bytes the same:\n  {link}\n", recording.len());
    heard(client, host, (&start_at, hears)).await?;
    try_it(client, &body, (text(&done, "id"), link));
    Ok(())
}

/// The same call without its transcript, where an engine is there that can listen.
async fn heard(client: &Client, host: &MediaHost, (start_at, hears): (&str, Usable)) -> Result<(), Failure> {
    if let Usable::No(reason) = hears {
        println!("A recording without a transcript would wait here: {reason}.\n");
        return Ok(());
    }
    println!("The same call without its transcript: the speech engine listens to it.");
    let body = sample::recording_alone(&host.sample_url(), start_at);
    let created = client.post("/api/v2/engagements", &body).await?;
    let done = processed(client, &created).await?;
    println!("\n{}\n", indented(text(&done, "transcript")));
    Ok(())
}

/// The engagement, once everything was found in it.
async fn processed(client: &Client, created: &Answer) -> Result<Value, Failure> {
    let path = format!("/api/v2/engagements/{}?{EXPAND}", text(&created.json, "id"));
    let deadline = SystemClock.now().after(PATIENCE);
    loop {
        let read = client.read(&path).await?.json;
        match text(&read, "processing_status") {
            "COMPLETED" => return Ok(read),
            "FAILED" => {
                return Err(Failure::plain(format!("the sample was not processed: {}", read["processing_error"])));
            }
            _ if SystemClock.now() > deadline => {
                return Err(Failure::plain("the sample was not processed in time; the log above says why"));
            }
            _ => SystemClock.sleep(LOOK_EVERY).await,
        }
    }
}

fn findings(engagement: &Value) {
    println!("Transcript\n{}\n", indented(text(engagement, "transcript")));
    println!("Summary\n{}\n", indented(text(engagement, "summary")));
    println!("Action items");
    for item in engagement["action_items"].as_array().into_iter().flatten() {
        let who = item["assignee"].as_str().map_or_else(String::new, |who| format!("  ({who})"));
        let due = item["due_at"].as_str().map_or_else(String::new, |due| format!("  until {due}"));
        println!("  - {}{who}{due}", text(item, "title"));
    }
    println!("\nSignals");
    for signal in engagement["signals"].as_array().into_iter().flatten() {
        println!("  - {}: “{}”", text(signal, "type"), text(signal, "quote"));
    }
    println!();
}

fn try_it(client: &Client, body: &Value, (id, link): (&str, &str)) {
    println!("Try it yourself:\n");
    println!("  export TOKEN='{}'", client.token());
    println!(
        "  curl -i {} -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n    -d '{body}'",
        client.url("/api/v2/engagements")
    );
    println!("  curl {} -H \"Authorization: Bearer $TOKEN\"", client.url("/api/v2/engagements"));
    let path = format!("/api/v2/engagements/{id}?{EXPAND}");
    println!("  curl '{}' -H \"Authorization: Bearer $TOKEN\"", client.url(&path));
    println!("  curl -o sample.mp3 '{link}'");
}

fn announce(what: &str, answer: &Answer) {
    println!("{what} {}\n{:#}\n", answer.status, answer.json);
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}
