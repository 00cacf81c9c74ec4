//! Deliveries go out as soon as they are made, and a receiver that fails holds up nobody else.

use hearken_application::desk::Desk;
use hearken_domain::{
    ports::{Address, Outcome},
    webhook::decide::NewEndpoint,
};

use crate::house::House;

async fn subscribe(house: &House, n: usize) {
    let url = format!("https://receiver{n}.example.com/").try_into().unwrap();
    let new = NewEndpoint { url, event_types: Vec::new(), description: None };
    Desk::new(house.ports()).create_endpoint(&house.caller, new).await.unwrap();
}

#[tokio::test]
async fn every_subscriber_hears_of_every_event() {
    let house = House::new().await;
    for n in 0..3 {
        subscribe(&house, n).await;
    }
    house.memory.receivers.answers(Outcome::Failed { retry_after: None });
    let worker = house.begin(house.memory.engines());
    house.create("call-1").await;
    // created, timeline completed, processing, three analyses, completed twice: each to three receivers, and the one
    // that failed is not sent again while the clock stands.
    house.memory.receivers.until_brought(24).await;
    worker.end().await;
    let brought = house.memory.receivers.brought();
    for n in 0..3 {
        let own = format!("https://receiver{n}.example.com/");
        let heard = brought.iter().filter(|parcel| match &parcel.address {
            Address::Receiver { url, .. } => url.as_str() == own,
            Address::Mailbox(_) => false,
        });
        assert_eq!(heard.count(), 8, "{own}");
    }
}
