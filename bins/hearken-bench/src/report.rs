//! What was measured, as a table for people or one JSON document.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{
    bench::Bench,
    cli::FigureId,
    failure::{Failure, OrFail},
    figure::Figure,
    figures::Outcome,
    machine::Machine,
    statistics::Spread,
};

/// Everything measured so far.
pub(crate) struct Report {
    machine: Machine,
    binary: PathBuf,
    rounds: u32,
    seconds: u64,
    figures: Vec<Figure>,
    skipped: Vec<(FigureId, String)>,
    failed: Vec<(FigureId, String)>,
}

impl Report {
    pub(crate) fn new(bench: &Bench) -> Self {
        Self {
            machine: Machine::this(bench.scratch()),
            binary: bench.binary.clone(),
            rounds: bench.rounds,
            seconds: bench.span.as_secs(),
            figures: Vec::new(),
            skipped: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Adds what a figure came to, and says so at once: a full run takes long.
    pub(crate) fn add(&mut self, id: FigureId, ended: Result<Outcome, Failure>) {
        match ended {
            Ok(Outcome::Measured(figures)) => {
                for figure in &figures {
                    eprintln!("  {}", line(figure));
                }
                self.figures.extend(figures);
            }
            Ok(Outcome::Skipped(why)) => {
                eprintln!("  skipped: {why}");
                self.skipped.push((id, why));
            }
            Err(failure) => {
                eprintln!("  failed: {failure}");
                self.failed.push((id, failure.to_string()));
            }
        }
    }

    /// Whether no figure failed. One whose goal is not reached did not fail.
    pub(crate) fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }

    pub(crate) fn print(&self, as_json: bool) -> Result<(), Failure> {
        if as_json {
            let text = serde_json::to_string_pretty(&self.json()).or_fail("the report could not be written as JSON")?;
            println!("{text}");
        } else {
            self.print_table();
        }
        Ok(())
    }

    fn print_table(&self) {
        println!("{}", self.machine);
        println!("{}; {} rounds of {} s a side\n", self.binary.display(), self.rounds, self.seconds);
        println!("{}", heading());
        for figure in &self.figures {
            println!("{}", line(figure));
        }
        println!();
        for figure in &self.figures {
            figure.notes.iter().for_each(|note| println!("{} {}: {note}", figure.id, figure.what));
        }
        self.skipped.iter().for_each(|(id, why)| println!("{id} skipped: {why}"));
        self.failed.iter().for_each(|(id, why)| println!("{id} failed: {why}"));
    }

    fn json(&self) -> Value {
        let named = |all: &[(FigureId, String)]| -> Vec<Value> {
            all.iter().map(|(id, why)| json!({"id": id.as_str(), "reason": why})).collect()
        };
        json!({
            "machine": self.machine,
            "binary": self.binary.display().to_string(),
            "rounds": self.rounds,
            "seconds": self.seconds,
            "figures": self.figures.iter().map(figure_json).collect::<Vec<_>>(),
            "skipped": named(&self.skipped),
            "failed": named(&self.failed),
        })
    }
}

fn figure_json(figure: &Figure) -> Value {
    json!({
        "id": figure.id.as_str(),
        "what": figure.what,
        "unit": figure.unit,
        "ours": figure.ours,
        "yardstick": figure.yardstick,
        "ratio": figure.ratio,
        "goal": figure.goal.to_string(),
        "reached": figure.reached(),
        "notes": figure.notes,
    })
}

fn heading() -> String {
    row(["", "what", "ours", "yardstick", "unit", "ratio", "spread", "goal", "reached"])
}

fn line(figure: &Figure) -> String {
    // Where there is no ratio the spread is that of our own values.
    let spread = figure.ratio.unwrap_or(figure.ours);
    let reached = figure.reached().map_or("", |reached| if reached { "yes" } else { "NO" });
    row([
        figure.id.as_str(),
        &figure.what,
        &number(figure.ours.median),
        &figure.yardstick.map(|yardstick| number(yardstick.median)).unwrap_or_default(),
        figure.unit,
        &figure.ratio.map(|ratio| number(ratio.median)).unwrap_or_default(),
        &range(spread),
        &figure.goal.to_string(),
        reached,
    ])
}

fn row([id, what, ours, yardstick, unit, ratio, spread, goal, reached]: [&str; 9]) -> String {
    let numbers = format!("{ours:>10} {yardstick:>10} {unit:<6} {ratio:>7} {spread:>17}");
    format!("{id:<4} {what:<52} {numbers} {goal:>9} {reached}").trim_end().to_owned()
}

fn range(spread: Spread) -> String {
    format!("{}…{}", number(spread.lowest), number(spread.highest))
}

/// Three digits or more, as many as say something.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figure::Goal, statistics::Pairs};

    #[test]
    fn a_line_says_both_sides_the_ratio_and_whether_it_is_enough() {
        let mut pairs = Pairs::default();
        pairs.add(1000.0, 480.0);
        pairs.add(1000.0, 520.0);
        let figure = Figure::compared(FigureId::P1, "creates", (&pairs, "/s")).goal(Goal::RatioAtLeast(0.5));
        let line = line(&figure);
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words, ["P1", "creates", "500", "1000", "/s", "0.500", "0.480…0.520", "≥", "0.5", "×", "yes"]);
    }
}
