//! The decision to create an engagement: from what is known and what is asked to what shall be written.

use super::{
    CreateEngagement, Engagement, Media, ProcessingStatus, Who,
    participants::{Resolution, is_known, resolve, resolve_owner},
};
use crate::{
    access::Caller,
    changeset::{Changeset, NewEngagement},
    directory::{Lookup, Matches, Workspace},
    event::{Event, Subject},
    handle::{DomainName, EmailAddress},
    ids::{EngagementId, Ulid, WorkspaceId},
    job::{Job, Priority, Rank, Step, first_steps, steps_to_end},
    ports::{EventEncoder, EventHead, IdSource},
    rejection::Rejection,
    text::ExternalId,
    time::Timestamp,
    timeline::{Speaker, SuppliedTimeline, Timeline, TimelineSource, by_start, last_moment},
};

/// What is known when an engagement is to be created.
pub struct Surroundings<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// Where.
    pub workspace: &'a Workspace,
    /// Whom and what the directory has of those that [`lookup_for`] and [`company_lookup_for`] named.
    pub matches: Matches,
    /// The recording, stored already.
    pub media: Option<Media>,
}

/// Time, dice and the events' form, for a decision that has none of its own.
pub struct Context<'a> {
    /// The moment of the decision.
    pub now: Timestamp,
    /// For new rows.
    pub ids: &'a dyn IdSource,
    /// Freezes the events.
    pub events: &'a dyn EventEncoder,
}

impl Context<'_> {
    /// A new id of any kind.
    pub fn id<T: From<Ulid>>(&self) -> T {
        T::from(self.ids.ulid(self.now))
    }

    /// A job that may be taken at once.
    pub(crate) fn job(&self, engagement: &Engagement, step: Step, rank: Rank) -> Job {
        Job { id: self.id(), workspace: engagement.workspace, engagement: engagement.id, step, run_at: self.now, rank }
    }

    /// An event, its bytes frozen.
    pub fn event(&self, workspace: WorkspaceId, subject: Subject<'_>) -> Event {
        let head = EventHead { id: self.id(), workspace, created_at: self.now };
        let payload = self.events.encode(head, subject);
        let (kind, about) = (subject.kind(), subject.about());
        Event { id: head.id, workspace, kind, about, payload, created_at: self.now }
    }
}

/// What was decided.
#[derive(Debug)]
pub struct Created {
    /// The engagement as it will be.
    pub engagement: Engagement,
    /// What makes it so.
    pub changeset: Changeset,
}

/// Whom the decision needs from the directory: everybody whom the request names by a handle.
pub fn lookup_for(command: &CreateEngagement) -> Lookup {
    let speakers = command.material.timeline.iter().flat_map(|timeline| &timeline.speakers);
    let mut lookup = Lookup::default();
    let handles = command
        .participants
        .iter()
        .map(|participant| (&participant.email, &participant.phone))
        .chain(speakers.map(|speaker| (&speaker.email, &speaker.phone)));
    for (email, phone) in handles {
        lookup.emails.extend(email.clone());
        lookup.phones.extend(phone.clone());
    }
    lookup.emails.sort();
    lookup.emails.dedup();
    lookup.phones.sort_by(|a, b| a.normal().cmp(b.normal()));
    lookup.phones.dedup_by(|a, b| a.is_same_as(b));
    lookup
}

/// What else it needs once these were found: the companies of those whom nobody knows. Nothing, mostly.
pub fn company_lookup_for(command: &CreateEngagement, found: &Matches) -> Lookup {
    let unknown = command.participants.iter().filter(|participant| !is_known(participant, found));
    let domains = unknown.filter_map(|participant| participant.email.as_ref()).map(EmailAddress::domain);
    let mut domains: Vec<DomainName> = domains.filter(|domain| !domain.is_public_mail_provider()).collect();
    domains.sort();
    domains.dedup();
    Lookup { domains, ..Lookup::default() }
}

/// What can be refused before anything is fetched: the owner must be an active user.
pub fn check_create(command: &CreateEngagement, matches: &Matches) -> Result<(), Rejection> {
    resolve_owner(&command.participants, matches).map(drop)
}

/// Decides what a create writes.
pub fn decide_create(
    external_id: &ExternalId,
    command: &CreateEngagement,
    known: Surroundings<'_>,
    context: &Context<'_>,
) -> Result<Created, Rejection> {
    let host = resolve_owner(&command.participants, &known.matches)?;
    let people = resolve(&command.participants, host, &known.matches, context);
    let workspace = known.workspace.id;
    let id: EngagementId = context.id();
    let start_at = command.start_at.unwrap_or(context.now);
    let mut engagement = Engagement {
        id,
        workspace,
        external_id: external_id.clone(),
        source_system: command.source_system.clone(),
        title: command.title.clone(),
        engagement_type: command.engagement_type,
        status: ProcessingStatus::Pending,
        processing_error: None,
        is_private: command.is_private.unwrap_or(known.workspace.private_by_default),
        is_internal: !people.participants.is_empty()
            && people.participants.iter().all(|participant| matches!(participant.who, Who::User(_))),
        run_workflows: command.run_workflows,
        owner: host.unwrap_or(known.caller.user),
        host,
        created_by: known.caller.key,
        start_at,
        end_at: None,
        duration_seconds: None,
        description: command.description.clone(),
        external_url: command.external_url.clone(),
        summary: None,
        steps_left: steps_to_end(known.media.is_some(), command.material.timeline.is_some()),
        media: known.media,
        created_at: context.now,
        updated_at: context.now,
        version: 1,
    };
    let timeline = command.material.timeline.as_ref().map(|timeline| stored_timeline(timeline, id, &people, context));
    if let Some(timeline) = &timeline {
        engagement.lasts(last_moment(&timeline.entries));
    }
    let changeset = changeset(&engagement, people, (timeline, command), context);
    Ok(Created { engagement, changeset })
}

/// Puts the write together: the engagement, those who became known with it, its first jobs and its events.
fn changeset(
    engagement: &Engagement,
    people: Resolution,
    (timeline, command): (Option<Timeline>, &CreateEngagement),
    context: &Context<'_>,
) -> Changeset {
    let workspace = engagement.workspace;
    let mut changeset = Changeset::new(workspace);
    for company in &people.new_companies {
        changeset.events.push(context.event(workspace, Subject::CompanyCreated(company)));
    }
    for contact in &people.new_contacts {
        changeset.events.push(context.event(workspace, Subject::ContactCreated(contact)));
    }
    changeset.events.push(context.event(workspace, Subject::EngagementCreated(engagement)));
    if timeline.is_some() {
        changeset.events.push(context.event(workspace, Subject::TimelineCompleted(engagement)));
    }
    let implied = || Priority::implied(engagement.run_workflows, engagement.start_at, context.now);
    let rank = Rank::of(command.priority.unwrap_or_else(implied));
    changeset.jobs = first_steps(engagement.media.is_some(), timeline.is_some())
        .into_iter()
        .map(|step| context.job(engagement, step, rank))
        .collect();
    changeset.new_companies = people.new_companies;
    changeset.new_contacts = people.new_contacts;
    changeset.new_engagement = Some(NewEngagement {
        engagement: engagement.clone(),
        participants: people.participants,
        timeline,
        transcript: command.transcript.as_ref().map(|text| text.as_str().to_owned()),
    });
    changeset
}

fn stored_timeline(
    supplied: &SuppliedTimeline,
    engagement: EngagementId,
    people: &Resolution,
    context: &Context<'_>,
) -> Timeline {
    let speakers = supplied
        .speakers
        .iter()
        .map(|speaker| {
            let who = people.recognise(speaker);
            Speaker {
                name: speaker.name.clone(),
                contact: who.and_then(|who| if let Who::Contact(id) = who { Some(id) } else { None }),
                user: who.and_then(|who| if let Who::User(id) = who { Some(id) } else { None }),
                sentiment: None,
            }
        })
        .collect();
    Timeline {
        id: context.id(),
        engagement,
        speakers,
        entries: by_start(supplied.entries.clone()),
        overall_sentiment: None,
        language: None,
        source: TimelineSource::Supplied,
        created_at: context.now,
    }
}
