//! `hearken workspaces`.

use hearken_application::administer::{Administrator, Privacy};
use hearken_domain::text::Name;

use super::{lookup, view::WorkspaceView};
use crate::{
    cli::Workspaces,
    failure::{Failure, OrFail},
    output::Format,
};

pub(crate) async fn run(administrator: &Administrator, command: Workspaces, format: Format) -> Result<(), Failure> {
    match command {
        Workspaces::Create { name, private } => {
            let name = Name::try_from(name).or_usage("--name")?;
            let workspace = administrator
                .create_workspace(name, if private { Privacy::Private } else { Privacy::Open })
                .await
                .or_fail("the workspace was not made")?;
            format.one(&WorkspaceView::of(&workspace), WorkspaceView::line)
        }
        Workspaces::List => {
            let all = administrator.workspaces().await.or_fail("the workspaces could not be read")?;
            format.many(&all.iter().map(WorkspaceView::of).collect::<Vec<_>>(), WorkspaceView::line)
        }
        Workspaces::Show { workspace } => {
            let workspace = lookup::workspace(administrator, &workspace).await?;
            format.one(&WorkspaceView::of(&workspace), WorkspaceView::line)
        }
    }
}
