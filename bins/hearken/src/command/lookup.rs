//! What an operator means by a workspace or a user: an id, or the name that people use.

use hearken_application::administer::Administrator;
use hearken_domain::{
    directory::{User, Workspace},
    handle::EmailAddress,
};

use crate::failure::{Failure, OrFail};

/// The workspace with this id, or the only one with this name.
pub(crate) async fn workspace(administrator: &Administrator, text: &str) -> Result<Workspace, Failure> {
    let all = administrator.workspaces().await.or_fail("the workspaces could not be read")?;
    let mut named = all.iter().filter(|workspace| workspace.id.to_string() == text || workspace.name.as_str() == text);
    match (named.next(), named.next()) {
        (Some(workspace), None) => Ok(workspace.clone()),
        (Some(_), Some(_)) => Err(Failure::usage(format!("several workspaces are called {text}; give the id"))),
        (None, _) => {
            let known =
                all.iter().map(|workspace| format!("{} ({})", workspace.id, workspace.name)).collect::<Vec<_>>();
            Err(Failure::plain(format!("there is no workspace {text}; there are: {}", known.join(", "))))
        }
    }
}

/// The user with this id or e-mail address.
pub(crate) async fn user(administrator: &Administrator, workspace: &Workspace, text: &str) -> Result<User, Failure> {
    let what = format!("there is no user {text}");
    if let Ok(id) = text.parse() {
        return administrator.user(workspace.id, id).await.or_fail(what);
    }
    let email = EmailAddress::try_from(text).or_usage("--user takes an id or an e-mail address")?;
    administrator.user_by_email(workspace.id, email).await.or_fail(what)
}
