//! The last step, only for engagements whose request allowed it: workflows are triggered, recaps are written.
//!
//! Runs and deliveries are made in the commit that settles the job, their bytes frozen; so each happens once.

use hearken_domain::{
    automation::recipients,
    changeset::Changeset,
    delivery::{Destination, NewDelivery},
    directory::User,
    engagement::{Context, Engagement, ResolvedParticipant, Who},
    event::{Notice, Picture},
    handle::EmailAddress,
    ids::{EventId, TagId, UserId},
    job::LeasedJob,
    pipeline,
    ports::{Directory, EngagementStore, EventEncoder, EventHead, Insights, RecapComposer, Tags, Workflows},
    recap::Recap,
    store_error::StoreError,
    text::Name,
    workflow::{Action, Workflow, WorkflowRun},
};

use super::Pipeline;
use crate::{
    faults::is_armed,
    writing::{DECISIONS, Written, commit_settling, overtaken},
};

/// Everything that the actions of an engagement's workflows are made from.
struct Scene {
    picture: Picture,
    participants: Vec<ResolvedParticipant>,
    names: Vec<String>,
    users: Vec<User>,
}

impl Pipeline {
    pub(super) async fn automate(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StoreError> {
        for _ in 0..DECISIONS {
            let mut triggered = Vec::new();
            let scene = self.scene(engagement).await?;
            let tags: Vec<TagId> = scene.picture.tags.iter().map(|tag| tag.id).collect();
            // Known defect, for the fault tests: what the request did not allow happens all the same.
            if engagement.run_workflows || is_armed("defect::workflows_always_run") {
                triggered = self.ports.workflows.enabled(engagement.workspace).await?;
                triggered.retain(|workflow| workflow.conditions.hold(engagement, &tags));
            }
            let context = self.context();
            let taken = pipeline::Taken { job, engagement };
            let mut changeset = pipeline::automated(taken, &context);
            let mut mailed = Vec::new();
            for workflow in &triggered {
                self.trigger(workflow, &scene, (&mut changeset, &mut mailed), &context);
            }
            match commit_settling(&self.ports, &changeset).await? {
                Written::Done => return Ok(()),
                Written::Stale => {}
            }
        }
        Err(overtaken())
    }

    async fn scene(&self, engagement: &Engagement) -> Result<Scene, StoreError> {
        let (workspace, ids) = (engagement.workspace, [engagement.id]);
        let ports = &self.ports;
        let participants = ports.store.participants(workspace, &ids).await?.pop().unwrap_or_default();
        let mut people: Vec<UserId> = participants.iter().filter_map(|one| user_of(one.who)).collect();
        people.push(engagement.owner);
        people.sort_unstable();
        people.dedup();
        let users = ports.directory.users(workspace, &people).await?;
        let mut contacts: Vec<_> = participants.iter().filter_map(|one| contact_of(one.who)).collect();
        contacts.dedup();
        let mut companies: Vec<_> = participants.iter().filter_map(|one| one.company).collect();
        companies.sort_unstable();
        companies.dedup();
        let findings = ports.insights.findings(workspace, &ids).await?.pop().unwrap_or_default();
        let picture = Picture {
            engagement: engagement.clone(),
            transcript: ports.store.transcripts(workspace, engagement.id).await?.text(),
            companies: ports.directory.companies(workspace, &companies).await?,
            contacts: ports.directory.contacts(workspace, &contacts).await?,
            owner: users.iter().find(|user| user.id == engagement.owner).cloned(),
            tags: ports.tags.of_engagements(workspace, &ids).await?.pop().unwrap_or_default(),
            action_items: findings.action_items,
            signals: findings.signals,
        };
        let names = participants.iter().filter_map(|one| name_of(one, &users)).collect();
        Ok(Scene { picture, participants, names, users })
    }

    /// Adds a workflow's run and the deliveries of its actions.
    fn trigger(
        &self,
        workflow: &Workflow,
        scene: &Scene,
        (changeset, mailed): (&mut Changeset, &mut Vec<EmailAddress>),
        context: &Context<'_>,
    ) {
        let engagement = &scene.picture.engagement;
        let run = WorkflowRun {
            id: context.id(),
            workflow: workflow.id,
            engagement: engagement.id,
            actions: workflow.actions.iter().map(Action::kind).collect(),
            created_at: context.now,
        };
        for (action, position) in workflow.actions.iter().zip(0_u16..) {
            match action {
                Action::Webhook { url, secret } => {
                    let notice = Notice::WorkflowTriggered { workflow: workflow.id, picture: &scene.picture };
                    let head = EventHead { id: context.id(), workspace: engagement.workspace, created_at: context.now };
                    changeset.new_deliveries.push(NewDelivery {
                        id: context.id(),
                        destination: Destination::Workflow {
                            run: run.id,
                            action: position,
                            url: url.clone(),
                            secret: secret.clone(),
                        },
                        event: head.id,
                        event_type: notice.event_type(),
                        payload: self.ports.events.encode_notice(head, notice),
                        created_at: context.now,
                    });
                }
                Action::Email { to } => {
                    for recipient in recipients(to, engagement, &scene.participants, &scene.users) {
                        // Once for an engagement and a recipient, however many workflows name them.
                        // Known defect, for the fault tests: once for each workflow.
                        if !mailed.contains(&recipient) || is_armed("defect::recap_twice") {
                            changeset.new_deliveries.push(self.recap(&recipient, (&run, position), scene, context));
                            mailed.push(recipient);
                        }
                    }
                }
            }
        }
        changeset.new_runs.push(run);
    }

    fn recap(
        &self,
        to: &EmailAddress,
        (run, action): (&WorkflowRun, u16),
        scene: &Scene,
        context: &Context<'_>,
    ) -> NewDelivery {
        let id = context.id();
        let recap = Recap {
            delivery: id,
            to,
            engagement: &scene.picture.engagement,
            participants: &scene.names,
            action_items: &scene.picture.action_items,
            at: context.now,
        };
        NewDelivery {
            id,
            destination: Destination::Email { run: run.id, action, engagement: run.engagement, recipient: to.clone() },
            event: context.id::<EventId>(),
            event_type: "recap",
            payload: self.engines.mail.as_ref().map(|mail| mail.composer.compose(recap)).unwrap_or_default(),
            created_at: context.now,
        }
    }
}

fn user_of(who: Who) -> Option<UserId> {
    if let Who::User(id) = who { Some(id) } else { None }
}

fn contact_of(who: Who) -> Option<hearken_domain::ids::ContactId> {
    if let Who::Contact(id) = who { Some(id) } else { None }
}

/// What a participant is called in a mail.
fn name_of(participant: &ResolvedParticipant, users: &[User]) -> Option<String> {
    let named = participant.name.as_ref().map(|name| name.as_str().to_owned());
    let user = || {
        let id = user_of(participant.who)?;
        let user = users.iter().find(|user| user.id == id)?;
        let parts: Vec<&str> = [&user.first_name, &user.last_name].into_iter().flatten().map(Name::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    named.or_else(user).or_else(|| participant.email.as_ref().map(|email| email.as_str().to_owned()))
}
