//! `GET /errors/{slug}`: what a problem's `type` means, for people.

use hearken_wire::problem::ProblemKind;

use crate::{
    call::{Answer, Call},
    error::ApiError,
    respond,
};

#[expect(clippy::unused_async, reason = "every endpoint has the same shape")]
pub(crate) async fn answer(call: Call) -> Answer {
    let slug = call.parameter.as_deref().unwrap_or_default();
    let kind = ProblemKind::from_slug(slug).ok_or(ApiError::NotFound("no error has this name"))?;
    Ok(respond::text("text/html; charset=utf-8", page(kind)))
}

fn page(kind: ProblemKind) -> String {
    let (title, slug, status) = (kind.title(), kind.slug(), kind.status());
    let explanation = kind.explanation().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<h1>{title}</h1>\n<p><code>{slug}</code>, status {status}</p>\n<p>{explanation}</p>\n"
    )
}
