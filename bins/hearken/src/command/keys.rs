//! `hearken keys`.

use std::time::Duration;

use hearken_application::administer::{Administrator, IssuedKey, NewKey};
use hearken_domain::{
    access::{Scope, Scopes},
    ids::ApiKeyId,
    text::Name,
};

use super::{lookup, view::KeyView};
use crate::{
    cli::Keys,
    failure::{Failure, OrFail},
    output::Format,
};

pub(crate) async fn run(administrator: &Administrator, command: Keys, format: Format) -> Result<(), Failure> {
    match command {
        Keys::Create { workspace, user, scopes, name, expires } => {
            let scopes = parse_scopes(&scopes)?;
            let life = expires.as_deref().map(parse_life).transpose()?;
            let name = name.map(Name::try_from).transpose().or_usage("--name")?;
            let workspace = lookup::workspace(administrator, &workspace).await?;
            let user = lookup::user(administrator, &workspace, &user).await?.id;
            let key = NewKey { user, scopes, name, life };
            let issued = administrator.create_key(workspace.id, key).await.or_fail("the key was not made")?;
            show_issued(&issued, format)
        }
        Keys::List { workspace } => {
            let workspace = lookup::workspace(administrator, &workspace).await?;
            let keys = administrator.keys(workspace.id).await.or_fail("the keys could not be read")?;
            format.many(&keys.iter().map(KeyView::of).collect::<Vec<_>>(), KeyView::line)
        }
        Keys::Revoke { key } => {
            let key = administrator.revoke_key(parse_id(&key)?).await.or_fail("the key was not revoked")?;
            format.one(&KeyView::of(&key), KeyView::line)
        }
        Keys::Rotate { key } => {
            let issued = administrator.rotate_key(parse_id(&key)?).await.or_fail("the key was not rotated")?;
            show_issued(&issued, format)
        }
    }
}

/// The token goes to standard output alone, so that it can be caught; the words go to standard error.
fn show_issued(issued: &IssuedKey, format: Format) -> Result<(), Failure> {
    let view = KeyView { token: Some(issued.token.expose().to_owned()), ..KeyView::of(&issued.key) };
    if format == Format::Text {
        eprintln!("{}\nthe token is shown this once:", view.line());
    }
    format.one(&view, |view| view.token.clone().unwrap_or_default())
}

fn parse_id(text: &str) -> Result<ApiKeyId, Failure> {
    text.parse()
        .map_err(|_| Failure::usage(format!("{text} is no key's id; it looks like apik_01J…, as `keys list` shows it")))
}

fn parse_scopes(texts: &[String]) -> Result<Scopes, Failure> {
    let parse = |text: &String| {
        text.parse::<Scope>().map_err(|error| {
            let known = Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
            Failure::usage(format!("{error}; there are: {known}"))
        })
    };
    texts.iter().map(parse).collect()
}

/// A whole number and s, m, h or d.
fn parse_life(text: &str) -> Result<Duration, Failure> {
    let wrong = || Failure::usage(format!("--expires {text}: give a whole number and s, m, h or d, such as 90d"));
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).filter(|total| *total > 0).map(Duration::from_secs).ok_or_else(wrong)
}
