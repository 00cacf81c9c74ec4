//! The figures, a file each: `measure` sets up, lets both sides take turns, and gives what came of it.

mod fairness;
mod p1;
mod p10;
mod p11;
mod p12;
mod p13;
mod p14;
mod p19;
mod p2;
mod p3;
mod p4;
mod p5;
mod p6;
mod p7;
mod p8;
mod p9;

use crate::{bench::Bench, cli::FigureId, failure::Failure, figure::Figure};

/// What taking a figure came to.
pub(crate) enum Outcome {
    /// One line or several.
    Measured(Vec<Figure>),
    /// What it needs is not here.
    Skipped(String),
}

/// Takes a figure.
pub(crate) async fn measure(id: FigureId, bench: &Bench) -> Result<Outcome, Failure> {
    match id {
        FigureId::P1 => p1::measure(bench).await,
        FigureId::P2 => p2::measure(bench).await,
        FigureId::P3 => p3::measure(bench).await,
        FigureId::P4 => p4::measure(bench).await,
        FigureId::P5 => p5::measure(bench).await,
        FigureId::P6 => p6::measure(bench).await,
        FigureId::P7 => p7::measure(bench).await,
        FigureId::P8 => p8::measure(bench).await,
        FigureId::P9 => p9::measure(bench).await,
        FigureId::P10 => p10::measure(bench).await,
        FigureId::P11 => p11::measure(bench).await,
        FigureId::P12 => p12::measure(bench).await,
        FigureId::P13 => p13::measure(bench).await,
        FigureId::P14 => p14::measure(bench).await,
        FigureId::P19 => p19::measure(bench).await,
        FigureId::Fairness => fairness::measure(bench).await,
    }
}
