//! How often it is right on the labelled conversations, so that a change that makes it worse is seen.
//!
//! The floors are a little below what is measured; `docs/insights.md` has the measured figures.

use hearken_domain::insight::SignalKind;
use hearken_insights_local::{
    LocalAnalyser,
    evaluation::{Measure, Scores, evaluate},
};

use crate::labelled::{HELD_OUT, TUNED, set};

/// A measure, and the least precision and recall it may have.
type Floor = (Measure, f64, f64);

async fn scores(name: &str) -> Scores {
    evaluate(&LocalAnalyser::new(), &set(name)).await.unwrap()
}

fn assert_floors(scores: &Scores, floors: &[Floor]) {
    for (measure, precision, recall) in floors {
        let tally = scores.tally(*measure);
        assert!(
            tally.precision() >= *precision,
            "{measure}: precision {:.3} is below {precision}\n{scores}",
            tally.precision()
        );
        assert!(tally.recall() >= *recall, "{measure}: recall {:.3} is below {recall}\n{scores}", tally.recall());
        assert!(tally.right + tally.missed > 0, "{measure}: nothing is labelled");
    }
}

#[tokio::test]
async fn the_tuned_set_is_read_as_well_as_before() {
    assert_floors(
        &scores(TUNED).await,
        &[
            (Measure::Tags, 0.9, 0.8),
            (Measure::ActionItems, 0.9, 0.86),
            (Measure::Assignees, 0.92, 1.0),
            (Measure::DueDates, 0.93, 1.0),
            (Measure::of_kind(SignalKind::Objection), 0.8, 0.9),
            (Measure::of_kind(SignalKind::Competitor), 0.85, 0.8),
            (Measure::of_kind(SignalKind::Pricing), 0.87, 0.87),
            (Measure::of_kind(SignalKind::Risk), 0.84, 0.88),
            (Measure::of_kind(SignalKind::NextStep), 0.9, 0.9),
            (Measure::of_kind(SignalKind::Question), 0.9, 0.95),
            (Measure::of_kind(SignalKind::Commitment), 0.92, 0.92),
            (Measure::AllSignals, 0.9, 0.92),
            (Measure::Summary, 0.75, 0.42),
            (Measure::Sentiment, 0.6, 1.0),
        ],
    );
}

#[tokio::test]
async fn the_held_out_set_is_read_as_well_as_before() {
    assert_floors(
        &scores(HELD_OUT).await,
        &[
            (Measure::Tags, 0.9, 0.4),
            (Measure::ActionItems, 0.75, 0.48),
            (Measure::Assignees, 0.9, 1.0),
            (Measure::DueDates, 0.85, 1.0),
            (Measure::of_kind(SignalKind::Question), 0.85, 0.8),
            (Measure::of_kind(SignalKind::Commitment), 0.85, 0.7),
            (Measure::AllSignals, 0.78, 0.52),
            (Measure::Summary, 0.6, 0.33),
            (Measure::Sentiment, 0.4, 1.0),
        ],
    );
}

#[tokio::test]
async fn every_kind_is_labelled_in_both_sets() {
    for name in [TUNED, HELD_OUT] {
        let scores = scores(name).await;
        for kind in SignalKind::ALL {
            let tally = scores.tally(Measure::of_kind(*kind));
            assert!(tally.right + tally.missed > 0, "{name}: {kind}");
        }
    }
}
