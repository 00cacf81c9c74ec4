//! The ports, once for both stores: a store has `reads`, and a `write` that runs a [`Write`](crate::write::Write)
//! in its own way.

macro_rules! implement_ports {
    ($store:ty) => {
        #[async_trait]
        impl EngagementStore for $store {
            async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
                Ok(self.reads.engagement(workspace, id).await?)
            }

            async fn by_external_id(
                &self,
                workspace: WorkspaceId,
                external_id: &ExternalId,
            ) -> Result<Option<Engagement>, StoreError> {
                Ok(self.reads.engagement_by_external_id(workspace, external_id).await?)
            }

            async fn list(
                &self,
                workspace: WorkspaceId,
                query: &EngagementQuery,
            ) -> Result<Page<Engagement>, StoreError> {
                Ok(self.reads.page(workspace, query).await?)
            }

            async fn participants(
                &self,
                workspace: WorkspaceId,
                ids: &[EngagementId],
            ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
                Ok(self.reads.participants(workspace, ids).await?)
            }

            async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
                Ok(self.reads.transcripts(workspace, id).await?)
            }

            async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
                let written = self.write(Write::Commit(Box::new(changeset))).await?;
                Ok(written.into_moment())
            }
        }

        #[async_trait]
        impl Directory for $store {
            async fn matching(&self, workspace: WorkspaceId, lookup: &Lookup) -> Result<Matches, StoreError> {
                Ok(self.reads.matching(workspace, lookup).await?)
            }

            async fn users(&self, workspace: WorkspaceId, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
                Ok(self.reads.users(workspace, ids).await?)
            }

            async fn all_users(&self, workspace: WorkspaceId) -> Result<Vec<User>, StoreError> {
                Ok(self.reads.all_users(workspace).await?)
            }

            async fn contacts(&self, workspace: WorkspaceId, ids: &[ContactId]) -> Result<Vec<Contact>, StoreError> {
                Ok(self.reads.contacts(workspace, ids).await?)
            }

            async fn companies(&self, workspace: WorkspaceId, ids: &[CompanyId]) -> Result<Vec<Company>, StoreError> {
                Ok(self.reads.companies(workspace, ids).await?)
            }
        }

        #[async_trait]
        impl Registry for $store {
            async fn installation(&self, proposal: Installation) -> Result<Installation, StoreError> {
                if let Some(kept) = self.reads.installation().await? {
                    return Ok(kept);
                }
                self.write(Write::Install(proposal)).await?;
                let kept = self.reads.installation().await?;
                kept.ok_or_else(|| StoreError::new(StoreErrorKind::Broken, "the installation was not kept"))
            }

            async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
                Ok(self.reads.workspace(id).await?)
            }

            async fn workspaces(&self) -> Result<Vec<Workspace>, StoreError> {
                Ok(self.reads.workspaces().await?)
            }

            async fn key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
                Ok(self.reads.key(id).await?)
            }

            async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StoreError> {
                Ok(self.reads.keys(workspace).await?)
            }

            async fn ping(&self) -> Result<(), StoreError> {
                Ok(self.reads.ping().await?)
            }
        }

        #[async_trait]
        impl Claims for $store {
            async fn claim(
                &self,
                workspace: WorkspaceId,
                claim: &Claim,
                now: Timestamp,
            ) -> Result<ClaimOutcome, StoreError> {
                let written = self.write(Write::Claim { workspace, claim: claim.clone(), now }).await?;
                Ok(written.into_outcome())
            }

            async fn renew(
                &self,
                workspace: WorkspaceId,
                held: &Settlement,
                until: Timestamp,
            ) -> Result<bool, StoreError> {
                let written = self.write(Write::Renew { workspace, held: held.clone(), until }).await?;
                Ok(written.is_renewed())
            }

            async fn abandon_others(&self, process: ProcessId, now: Timestamp) -> Result<(), StoreError> {
                self.write(Write::Abandon { process, now }).await?;
                Ok(())
            }
        }

        #[async_trait]
        impl Uploads for $store {
            async fn expired(&self, now: Timestamp, limit: u16) -> Result<Vec<Upload>, StoreError> {
                Ok(self.reads.expired_uploads(now, limit).await?)
            }

            async fn by_id(&self, workspace: WorkspaceId, id: UploadId) -> Result<Option<Upload>, StoreError> {
                Ok(self.reads.upload(workspace, id).await?)
            }
        }

        #[async_trait]
        impl Outbox for $store {
            async fn jobs(&self, workspace: WorkspaceId, engagement: EngagementId) -> Result<Vec<Job>, StoreError> {
                Ok(self.reads.jobs(workspace, engagement).await?)
            }

            async fn events(
                &self,
                workspace: WorkspaceId,
                after: Option<EventId>,
                limit: u16,
            ) -> Result<Vec<KeptEvent>, StoreError> {
                Ok(self.reads.events(workspace, after, limit).await?)
            }

            async fn published(&self, workspace: WorkspaceId, query: &EventQuery) -> Result<EventPage, StoreError> {
                Ok(self.reads.published(workspace, query).await?)
            }
        }

        #[async_trait]
        impl Tags for $store {
            async fn by_id(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StoreError> {
                Ok(self.reads.tag(workspace, id).await?)
            }

            async fn list(&self, workspace: WorkspaceId, query: &ListQuery<TagId>) -> Result<Page<Tag>, StoreError> {
                Ok(self.reads.tags(workspace, query).await?)
            }

            async fn automatic(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StoreError> {
                Ok(self.reads.automatic_tags(workspace).await?)
            }

            async fn of_engagements(
                &self,
                workspace: WorkspaceId,
                ids: &[EngagementId],
            ) -> Result<Vec<Vec<Tag>>, StoreError> {
                Ok(self.reads.tags_of(workspace, ids).await?)
            }
        }

        #[async_trait]
        impl Webhooks for $store {
            async fn by_id(
                &self,
                workspace: WorkspaceId,
                id: WebhookEndpointId,
            ) -> Result<Option<WebhookEndpoint>, StoreError> {
                Ok(self.reads.endpoint(workspace, id).await?)
            }

            async fn list(
                &self,
                workspace: WorkspaceId,
                query: &ListQuery<WebhookEndpointId>,
            ) -> Result<Page<WebhookEndpoint>, StoreError> {
                Ok(self.reads.endpoints(workspace, query).await?)
            }

            async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
                Ok(self.reads.count_endpoints(workspace).await?)
            }
        }

        #[async_trait]
        impl Workflows for $store {
            async fn by_id(&self, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
                Ok(self.reads.workflow(workspace, id).await?)
            }

            async fn list(
                &self,
                workspace: WorkspaceId,
                query: &ListQuery<WorkflowId>,
            ) -> Result<Page<Workflow>, StoreError> {
                Ok(self.reads.workflows(workspace, query).await?)
            }

            async fn enabled(&self, workspace: WorkspaceId) -> Result<Vec<Workflow>, StoreError> {
                Ok(self.reads.enabled_workflows(workspace).await?)
            }

            async fn count(&self, workspace: WorkspaceId) -> Result<u64, StoreError> {
                Ok(self.reads.count_workflows(workspace).await?)
            }

            async fn runs(
                &self,
                workspace: WorkspaceId,
                workflow: WorkflowId,
                query: &ListQuery<WorkflowRunId>,
            ) -> Result<Page<WorkflowRun>, StoreError> {
                Ok(self.reads.runs(workspace, workflow, query).await?)
            }
        }

        #[async_trait]
        impl Insights for $store {
            async fn findings(
                &self,
                workspace: WorkspaceId,
                ids: &[EngagementId],
            ) -> Result<Vec<Findings>, StoreError> {
                Ok(self.reads.findings(workspace, ids).await?)
            }

            async fn media_facts(
                &self,
                workspace: WorkspaceId,
                id: EngagementId,
            ) -> Result<Option<MediaFacts>, StoreError> {
                Ok(self.reads.media_facts(workspace, id).await?)
            }

            async fn results(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Vec<ResultHead>, StoreError> {
                Ok(self.reads.results(workspace, id).await?)
            }

            async fn text_sizes(
                &self,
                workspace: WorkspaceId,
                ids: &[EngagementId],
            ) -> Result<Vec<Option<u64>>, StoreError> {
                Ok(self.reads.text_sizes(workspace, ids).await?)
            }
        }
    };
}

use async_trait::async_trait;
use hearken_domain::{
    access::ApiKey,
    changeset::{Changeset, CommitError},
    claim::{Claim, ClaimOutcome, Settlement},
    directory::{Company, Contact, Lookup, Matches, User, Workspace},
    engagement::{Engagement, ResolvedParticipant},
    event::KeptEvent,
    ids::{
        ApiKeyId, CompanyId, ContactId, EngagementId, EventId, ProcessId, TagId, UploadId, UserId, WebhookEndpointId,
        WorkflowId, WorkflowRunId, WorkspaceId,
    },
    insight::Findings,
    job::Job,
    ports::{
        Claims, Directory, EngagementStore, Insights, Installation, Outbox, Registry, Tags, Uploads, Webhooks,
        Workflows,
    },
    query::{EngagementQuery, EventPage, EventQuery, ListQuery, Page},
    result::ResultHead,
    speech::MediaFacts,
    store_error::{StoreError, StoreErrorKind},
    tag::Tag,
    text::ExternalId,
    time::Timestamp,
    timeline::Transcripts,
    upload::Upload,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

use crate::{PostgresStore, SqliteStore, write::Write};

implement_ports!(SqliteStore);
implement_ports!(PostgresStore);
