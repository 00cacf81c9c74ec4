//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// Takes recordings of calls and meetings in and serves them again, over one HTTP API.
#[derive(Debug, Parser)]
#[command(name = "hearken", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Settings file; without it ./hearken.toml, if there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// SQLite file and recordings [setting: data_dir]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the service
    Serve(Serve),
    /// Run an instance with a sample recording, on this machine alone
    Demo(Demo),
    /// Show what is configured, what works, what is missing and how to get it
    Doctor,
    /// Apply the database schema (serve does so by itself on SQLite)
    Migrate,
    /// Workspaces: the tenants
    #[command(subcommand)]
    Workspaces(Workspaces),
    /// Users of a workspace
    #[command(subcommand)]
    Users(Users),
    /// API keys of a workspace
    #[command(subcommand)]
    Keys(Keys),
    /// Jobs of the pipeline: waiting, running and dead ones
    #[command(subcommand)]
    Jobs(Jobs),
    /// Speech models
    #[command(subcommand)]
    Models(Models),
    /// Decodes a recording on standard input; the service starts it for itself
    #[command(hide = true)]
    DecodeMedia {
        /// What to do, as the service asks for it
        request: String,
    },
}

/// Run the service
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on; port 0 picks one [setting: listen]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Which part of the work this process does: all, api or worker [setting: role]
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// Print the effective settings, without secrets, and end
    #[arg(long)]
    pub(crate) print_config: bool,
}

/// Run an instance with a sample recording, on this machine alone
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the sample instead of serving on
    #[arg(long)]
    pub(crate) once: bool,
    /// Address to listen on [default: a free port of 127.0.0.1]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
}

/// Workspaces: the tenants
#[derive(Debug, Subcommand)]
pub(crate) enum Workspaces {
    /// Make a workspace
    Create {
        /// What to call it
        #[arg(long)]
        name: String,
        /// Engagements are private when their request does not say
        #[arg(long)]
        private: bool,
    },
    /// Show every workspace
    List,
    /// Show one workspace
    Show {
        /// Its id or name
        workspace: String,
    },
}

/// Users of a workspace
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// Add a user
    Add {
        /// The workspace's id or name
        #[arg(long)]
        workspace: String,
        /// Their address; it recognises them as a participant
        #[arg(long)]
        email: String,
        /// Their number; it recognises them as a participant
        #[arg(long)]
        phone: Option<String>,
        #[arg(long)]
        first_name: Option<String>,
        #[arg(long)]
        last_name: Option<String>,
        /// OWNER, MANAGER, USER, INACTIVE or NOT_INVITED
        #[arg(long, default_value = "USER")]
        role: String,
    },
    /// Show every user of a workspace
    List {
        /// The workspace's id or name
        #[arg(long)]
        workspace: String,
    },
    /// Give a user another role
    SetRole {
        /// The workspace's id or name
        #[arg(long)]
        workspace: String,
        /// The user's id or e-mail address
        #[arg(long)]
        user: String,
        /// OWNER, MANAGER, USER, INACTIVE or NOT_INVITED
        #[arg(long)]
        role: String,
    },
}

/// API keys of a workspace
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key; its token is shown once
    Create {
        /// The workspace's id or name
        #[arg(long)]
        workspace: String,
        /// The id or e-mail address of the user it stands for
        #[arg(long)]
        user: String,
        /// A right such as engagements:write; may be given several times
        #[arg(long = "scope", required = true, value_name = "SCOPE", value_delimiter = ',')]
        scopes: Vec<String>,
        /// What to call it
        #[arg(long)]
        name: Option<String>,
        /// How long it works, such as 90d; without it, until it is revoked
        #[arg(long, value_name = "DURATION")]
        expires: Option<String>,
    },
    /// Show every key of a workspace, never its token
    List {
        /// The workspace's id or name
        #[arg(long)]
        workspace: String,
    },
    /// Make a key useless, now
    Revoke {
        /// Its id, apik_…
        key: String,
    },
    /// Make a key like this one, and this one useless
    Rotate {
        /// Its id, apik_…
        key: String,
    },
}

/// Jobs of the pipeline: waiting, running and dead ones
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// Show jobs; without --state those that wait, run or are dead
    List {
        /// Only this workspace's; its id or name
        #[arg(long)]
        workspace: Option<String>,
        /// queued, running, done or dead; may be given several times
        #[arg(long, value_delimiter = ',')]
        state: Vec<String>,
    },
    /// Drive dead jobs again
    Retry {
        /// Ids of jobs or engagements; without any, every dead job
        ids: Vec<String>,
        /// Only this workspace's; its id or name
        #[arg(long)]
        workspace: Option<String>,
    },
}

/// Speech models
#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    /// Show the models that can be fetched, and which are there
    List,
    /// Fetch a model; its digest is checked
    Pull {
        /// Its name; without one, the configured model
        model: Option<String>,
        /// Base address of a mirror with the same paths
        #[arg(long, value_name = "URL")]
        from: Option<String>,
    },
    /// Print where a model is, or would be
    Path {
        /// Its name; without one, the configured model
        model: Option<String>,
    },
}
