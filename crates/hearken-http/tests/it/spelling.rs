//! Colours and phone numbers are shown as they were sent; a number is recognised however it is written.

use http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{House, recording, timeline};

const SENT: &str = "+1 (555) 010-0199";

fn with(mut body: Value, participants: Value) -> Value {
    body["participants"] = participants;
    body
}

#[tokio::test]
async fn a_contact_shows_the_number_that_made_it_wherever_it_is_shown() {
    let house = House::new().await;
    let first = with(timeline("call-1"), json!([{"name": "Sam", "phone": SENT}, {"phone": "0049 30/1234"}]));
    let shown = house.post_expanding(&house.token, &first, "contacts").await;
    assert_eq!(shown.status, StatusCode::CREATED);
    let numbers = |engagement: &Value| -> Vec<Value> {
        engagement["contacts"].as_array().unwrap().iter().map(|one| one["phone_numbers"].clone()).collect()
    };
    let number = |text: &str| json!([{"phone_number": text, "is_primary": true}]);
    assert_eq!(numbers(&shown.json()), [number(SENT), number("0049 30/1234")]);

    let told = house.events().await;
    let told: Vec<&Value> = told.iter().filter(|event| event["type"] == "v1.contact.created").collect();
    let told: Vec<&Value> = told.iter().map(|event| &event["data"]["object"]["phone_numbers"]).collect();
    assert_eq!(told, [&number(SENT), &number("0049 30/1234")]);

    // Another spelling is the same person, who keeps the first one.
    let second = with(
        timeline("call-2"),
        json!([{"phone": "15550100199"}, {"phone": "001.555.010.0199"}, {"phone": "+49301234"}]),
    );
    let again = house.post_expanding(&house.token, &second, "contacts").await.json();
    assert_eq!(numbers(&again)[1..], [number(SENT), number("0049 30/1234")], "{again}");
    assert_eq!(again["contacts"][1]["id"], shown.json()["contacts"][0]["id"]);
    assert_eq!(numbers(&again)[0], number("15550100199"), "without the plus it is another number");
}

#[tokio::test]
async fn two_spellings_in_one_request_are_one_contact() {
    let house = House::new().await;
    let body = with(timeline("call-1"), json!([{"phone": SENT}, {"phone": "+15550100199"}]));
    let contacts = house.post_expanding(&house.token, &body, "contacts").await.json()["contacts"].clone();
    assert_eq!(contacts.as_array().unwrap().len(), 1);
    assert_eq!(contacts[0]["phone_numbers"][0]["phone_number"], SENT);
}

#[tokio::test]
async fn a_speaker_who_is_known_by_a_number_alone_is_called_by_it_as_it_was_sent() {
    let house = House::new().await;
    let body = with(recording("call-1"), json!([{"phone": SENT, "channel": 0}]));
    let id = house.created(&body).await;
    house.process().await;
    let timeline = house.read(&format!("/v2/engagements/{id}/transcript_timeline")).await.json();
    assert_eq!(timeline["speakers"][0]["name"], SENT);
    let shown = house.read(&format!("/v2/engagements/{id}?expand=transcript")).await.json();
    assert!(shown["transcript"].as_str().unwrap().starts_with(&format!("{SENT}: ")), "{shown}");
}

#[tokio::test]
async fn a_number_that_is_written_at_length_is_refused() {
    let house = House::new().await;
    let body = with(timeline("call-1"), json!([{"phone": format!("+1 555{}0100", " ".repeat(100))}]));
    let refused = house.post(&body).await;
    refused.problem(422, "validation_failed");
    assert_eq!(refused.faults(), [("participants[0].phone".to_owned(), "invalid_format".to_owned())]);
}
