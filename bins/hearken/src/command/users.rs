//! `hearken users`.

use hearken_application::administer::{Administrator, NewUser};
use hearken_domain::{
    directory::Role,
    handle::{EmailAddress, PhoneNumber},
    text::Name,
};

use super::{lookup, view::UserView};
use crate::{
    cli::Users,
    failure::{Failure, OrFail},
    output::Format,
};

pub(crate) async fn run(administrator: &Administrator, command: Users, format: Format) -> Result<(), Failure> {
    match command {
        Users::Add { workspace, email, phone, first_name, last_name, role } => {
            let workspace = lookup::workspace(administrator, &workspace).await?;
            let new = NewUser {
                email: EmailAddress::try_from(email.as_str()).or_usage("--email")?,
                phone: phone.map(|phone| PhoneNumber::try_from(phone.as_str())).transpose().or_usage("--phone")?,
                first_name: first_name.map(Name::try_from).transpose().or_usage("--first-name")?,
                last_name: last_name.map(Name::try_from).transpose().or_usage("--last-name")?,
                role: parse_role(&role)?,
            };
            let user = administrator.add_user(workspace.id, new).await.or_fail("the user was not added")?;
            format.one(&UserView::of(&user), UserView::line)
        }
        Users::List { workspace } => {
            let workspace = lookup::workspace(administrator, &workspace).await?;
            let users = administrator.users(workspace.id).await.or_fail("the users could not be read")?;
            format.many(&users.iter().map(UserView::of).collect::<Vec<_>>(), UserView::line)
        }
        Users::SetRole { workspace, user, role } => {
            let workspace = lookup::workspace(administrator, &workspace).await?;
            let user = lookup::user(administrator, &workspace, &user).await?;
            let role = parse_role(&role)?;
            let user = administrator.set_role(workspace.id, user.id, role).await.or_fail("the role was not changed")?;
            format.one(&UserView::of(&user), UserView::line)
        }
    }
}

fn parse_role(text: &str) -> Result<Role, Failure> {
    text.to_ascii_uppercase()
        .parse()
        .map_err(|error: hearken_domain::directory::UnknownRole| Failure::usage(error.to_string()))
}
