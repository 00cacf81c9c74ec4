//! The commands, a file each.

mod doctor;
mod jobs;
mod keys;
mod lookup;
mod migrate;
mod models;
pub(crate) mod serve;
mod users;
mod view;
mod workspaces;

use hearken_application::{administer::Administrator, jobs::JobDesk};

use crate::{
    cli::{Cli, Command, Global},
    compose::{self, Store},
    demo,
    failure::Failure,
    output::Format,
    settings,
};

/// Runs a command to its end.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { global, command } = cli;
    let format = Format::of(global.json);
    match command {
        Command::Serve(options) => serve::run(&global, options).await,
        Command::Demo(options) => demo::run(&global, options).await,
        Command::Doctor => doctor::run(&global, format).await,
        Command::Migrate => migrate::run(&global, format).await,
        Command::Workspaces(command) => {
            let (administrator, store) = administration(&global).await?;
            let done = workspaces::run(&administrator, command, format).await;
            store.close().await;
            done
        }
        Command::Users(command) => {
            let (administrator, store) = administration(&global).await?;
            let done = users::run(&administrator, command, format).await;
            store.close().await;
            done
        }
        Command::Keys(command) => {
            let (administrator, store) = administration(&global).await?;
            let done = keys::run(&administrator, command, format).await;
            store.close().await;
            done
        }
        Command::Jobs(command) => {
            let settings = settings::load(&global, Vec::new())?;
            let store = compose::open_store(&settings).await?;
            let ports = compose::ports(&settings, &store)?;
            let desks = (Administrator::new(ports.clone()), JobDesk::new(ports));
            let done = jobs::run((&desks.0, &desks.1), command, format).await;
            store.close().await;
            done
        }
        Command::Models(command) => models::run(&settings::load(&global, Vec::new())?, command, format).await,
        // It runs before there is a runtime.
        Command::DecodeMedia { .. } => Ok(()),
    }
}

/// The administrator of the configured installation, beside whatever server is running on it.
async fn administration(global: &Global) -> Result<(Administrator, Store), Failure> {
    let settings = settings::load(global, Vec::new())?;
    let store = compose::open_store(&settings).await?;
    let ports = compose::ports(&settings, &store)?;
    Ok((Administrator::new(ports), store))
}
