//! `hearken demo`: an instance with a sample, without anything being set up.

use crate::place::Place;

#[test]
fn the_demo_shows_both_answers_and_ends() {
    let place = Place::new();
    let run = place.run(&["demo", "--once"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for shown in ["answers 201", "answers 200", "Idempotent-Replayed: true", "\"object\": \"engagement\"", "curl"] {
        assert!(run.stdout.contains(shown), "{shown}: {}", run.stdout);
    }
    assert!(run.stdout.find("answers 201") < run.stdout.find("answers 200"), "{}", run.stdout);
    let left: Vec<_> = std::fs::read_dir(place.folder()).expect("the folder is there").collect();
    assert!(left.is_empty(), "the demo left {left:?}");
}

#[test]
fn the_demo_can_be_repeated_on_the_same_data() {
    let place = Place::new();
    assert_eq!(place.run_on_data(&["demo", "--once"]).status, Some(0));
    let again = place.run_on_data(&["demo", "--once"]);
    assert_eq!(again.status, Some(0), "{}", again.stderr);
    assert!(!again.stdout.contains("answers 201"), "{}", again.stdout);
}
