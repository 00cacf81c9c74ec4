//! `POST /v2/engagements`: an engagement from a recording or a timeline, once.

use hearken_application::create::{CreateRequest, Outcome};
use hearken_domain::{access::Caller, ids::EngagementId};
use hearken_wire::create::{CreateBodyError, ParsedCreate, parse_create};
use http::{HeaderValue, Response, StatusCode};

use crate::{
    body::Body,
    call::{Answer, Call},
    endpoint::expand,
    error::ApiError,
    intake::Intake,
    respond,
};

pub(crate) async fn answer(mut call: Call, caller: Caller) -> Answer {
    let wanted = expand::parse(call.query(), &caller)?;
    let bytes = call.json_within(call.state.settings.max_body_bytes).await?;
    let ParsedCreate { external_id, media_url, command } = read(&call.state.ports, &bytes)?;
    let request = CreateRequest { external_id, media_url, command, shows: expand::parts(&wanted) };
    drop(bytes);
    let state = call.state.clone();
    let creating = caller.clone();
    // What the request has in memory is there until the work is done.
    let buffer = call.intake.as_mut().and_then(Intake::take_buffer);
    let work = async move {
        let created = state.creator.create(&creating, request).await;
        drop(buffer);
        created
    };
    // In a task of its own: a client that hangs up does not undo the work, and its retry finds the engagement.
    let outcome = call.state.ingests.spawn(tracing::Instrument::in_current_span(work)).await;
    let outcome = outcome.map_err(|error| ApiError::Internal(Box::new(error)))??;
    let (status, engagement) = match outcome {
        Outcome::Created(engagement) => (StatusCode::CREATED, engagement),
        Outcome::Existing(engagement) => (StatusCode::OK, engagement),
    };
    tracing::Span::current().record("engagement.id", tracing::field::display(engagement.id));
    let shown = expand::one(&call.state, &caller, &engagement, &wanted).await?;
    Ok(created(status, engagement.id, shown))
}

fn created(status: StatusCode, id: EngagementId, shown: respond::Shown) -> Response<Body> {
    let mut response = respond::located(respond::json(status, shown), "engagements", id);
    if status == StatusCode::OK {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// Reads the body. Without a good external id there is no repeat to look up, so everything is judged at once.
fn read(ports: &hearken_domain::ports::Ports, bytes: &[u8]) -> Result<ParsedCreate, ApiError> {
    match parse_create(bytes) {
        Ok(parsed) => Ok(parsed),
        Err(CreateBodyError::ExternalId { mut rejection, media_url }) => {
            if let Some(Err(error)) = media_url.map(|url| ports.media.judge(&url)) {
                rejection.add_media(error);
            }
            Err(ApiError::Rejected(rejection))
        }
        Err(error @ (CreateBodyError::NotJson { .. } | CreateBodyError::NotAnObject { .. })) => {
            Err(ApiError::BadJson(error.to_string()))
        }
    }
}
