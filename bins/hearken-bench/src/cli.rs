//! The command line.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures the service side by side with a yardstick; docs/performance.md says how to read it.
#[derive(Debug, Parser)]
#[command(name = "hearken-bench", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) hidden: Option<Hidden>,
}

/// What to measure, and for how long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The figures to take; without it all of them
    #[arg(long, value_name = "P1,P3", value_delimiter = ',', value_enum, ignore_case = true)]
    pub(crate) only: Vec<FigureId>,
    /// Length of one run of one side
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// How often the two sides take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Print one JSON document on standard output
    #[arg(long)]
    pub(crate) json: bool,
    /// The binary to measure; without it the release binary beside this one, built when it is not there
    #[arg(long, value_name = "PATH")]
    pub(crate) binary: Option<PathBuf>,
    /// Where the scratch folder is made, on the disk to measure; without it beside this binary
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The large recording of P4, in MiB
    #[arg(long, default_value_t = 1024, value_name = "MIB", value_parser = clap::value_parser!(u32).range(65..=65_536))]
    pub(crate) large: u32,
    /// The engagements of the small workspace of P8
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(1000..=10_000))]
    pub(crate) rows: u32,
    /// How many times as many the large one has
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) times: u32,
    /// Leave data and logs of the measured servers for inspection
    #[arg(long)]
    pub(crate) keep: bool,
}

impl Options {
    /// The figures to take, each once, in their order.
    pub(crate) fn wanted(&self) -> Vec<FigureId> {
        let is_wanted = |id: &FigureId| self.only.is_empty() || self.only.contains(id);
        FigureId::value_variants().iter().copied().filter(is_wanted).collect()
    }

    /// The length of one run of one side.
    pub(crate) fn span(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// What the bench starts of itself.
#[derive(Debug, Subcommand)]
pub(crate) enum Hidden {
    /// Answers every request from memory with the same bytes
    #[command(hide = true)]
    YardstickServer(YardstickServer),
}

/// Answers every request from memory with the same bytes
#[derive(Debug, Args)]
pub(crate) struct YardstickServer {
    /// Address to listen on
    #[arg(long)]
    pub(crate) listen: SocketAddr,
    /// File with the bytes
    #[arg(long)]
    pub(crate) body: PathBuf,
    /// Status of every answer
    #[arg(long)]
    pub(crate) status: u16,
    /// Header field of every answer, as `name:value`
    #[arg(long = "header")]
    pub(crate) headers: Vec<String>,
}

/// A figure, by its number in the list of goals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FigureId {
    #[value(name = "P1")]
    P1,
    #[value(name = "P2")]
    P2,
    #[value(name = "P3")]
    P3,
    #[value(name = "P4")]
    P4,
    #[value(name = "P5")]
    P5,
    #[value(name = "P6")]
    P6,
    #[value(name = "P7")]
    P7,
    #[value(name = "P8")]
    P8,
    #[value(name = "P9")]
    P9,
    #[value(name = "P10")]
    P10,
    #[value(name = "P11")]
    P11,
    #[value(name = "P12")]
    P12,
    #[value(name = "P13")]
    P13,
    #[value(name = "P14")]
    P14,
    #[value(name = "P19")]
    P19,
    /// Whether a workspace with a long queue keeps others from beginning
    #[value(name = "FAIR")]
    Fairness,
}

impl FigureId {
    /// As written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P5 => "P5",
            Self::P6 => "P6",
            Self::P7 => "P7",
            Self::P8 => "P8",
            Self::P9 => "P9",
            Self::P10 => "P10",
            Self::P11 => "P11",
            Self::P12 => "P12",
            Self::P13 => "P13",
            Self::P14 => "P14",
            Self::P19 => "P19",
            Self::Fairness => "FAIR",
        }
    }
}

impl fmt::Display for FigureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
