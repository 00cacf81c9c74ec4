//! A workspace of many engagements, and a filter of every kind that matches all of them, few or none.

use std::sync::Arc;

use hearken_domain::{
    access::Visibility,
    directory::Company,
    engagement::{EngagementType, ProcessingStatus},
    ids::{CompanyId, ContactId, TagId, UserId, WorkspaceId},
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy, TimeRange},
};
use hearken_testkit::{
    Stores,
    fixture::{
        a_company, a_contact, a_tag, a_user, a_workspace, at, known_companies, known_contacts, known_tags, known_users,
        new_id, parsed,
    },
    postgres::PostgresServer,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

use crate::{PostgresSettings, PostgresStore, SqliteSettings, SqliteStore, columns::key};

/// More than are few, in every filter that matches all.
pub(super) const ROWS: i64 = 4_000;

/// How many of the engagements a filter matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matches {
    All,
    Few,
    None,
}

/// One filter, and the index that must drive it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) matches: Matches,
    /// On SQLite and on PostgreSQL.
    pub(super) index: [&'static str; 2],
    pub(super) filter: EngagementFilter,
}

/// The filled workspace. The first of two ids is met by all of its engagements, the second by few.
pub(super) struct Scene<S> {
    pub(super) store: Arc<S>,
    /// For statements that the store has none of.
    pub(super) db: DatabaseConnection,
    pub(super) workspace: WorkspaceId,
    owners: [UserId; 2],
    contacts: [ContactId; 2],
    companies: [CompanyId; 2],
    tags: [TagId; 2],
    _folder: Option<TempDir>,
}

pub(super) async fn sqlite() -> Scene<SqliteStore> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("hearken.db");
    let store = SqliteStore::open(SqliteSettings::new(&path)).await.expect("a new file can be opened");
    let db = Database::connect(format!("sqlite://{}", path.display())).await.expect("the file is there");
    let store = Arc::new(store);
    filled(store.clone(), Stores::of(store), db, Some(folder)).await
}

/// None where there is no PostgreSQL on the machine.
pub(super) async fn postgres() -> Option<Scene<PostgresStore>> {
    let url = PostgresServer::shared()?.create_database();
    let store = PostgresStore::connect(PostgresSettings::new(url.clone())).await.expect("the server answers");
    store.migrate().await.expect("the database takes the schema");
    let db = Database::connect(url).await.expect("the server answers");
    let store = Arc::new(store);
    let scene = filled(store.clone(), Stores::of(store), db, None).await;
    // A trigram index keeps what is new apart until then, and is dear to read as long.
    scene.db.execute_unprepared("VACUUM ANALYZE").await.expect("the tables are there");
    Some(scene)
}

async fn filled<S>(store: Arc<S>, stores: Stores, db: DatabaseConnection, folder: Option<TempDir>) -> Scene<S> {
    let tenant = a_workspace(&stores).await;
    let boss = a_user("boss@hearken.test");
    known_users(&stores, tenant, std::slice::from_ref(&boss)).await;
    let companies: [Company; 2] = ["acme.example.com", "rare.example.com"].map(a_company);
    known_companies(&stores, tenant, &companies).await;
    let contacts = ["ada@example.com", "rare@example.com"].map(a_contact);
    known_contacts(&stores, tenant, &contacts).await;
    let tags = ["common", "rare"].map(|name| a_tag(tenant, name));
    known_tags(&stores, tenant, &tags).await;
    let scene = Scene {
        store,
        db,
        workspace: tenant.workspace,
        owners: [tenant.user, boss.id],
        contacts: contacts.map(|contact| contact.id),
        companies: companies.map(|company| company.id),
        tags: tags.map(|tag| tag.id),
        _folder: folder,
    };
    for statement in scene.statements() {
        scene.db.execute_unprepared(&statement).await.expect("the rows fit the tables");
    }
    scene
}

impl<S> Scene<S> {
    fn statements(&self) -> Vec<String> {
        let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})", ROWS - 1);
        let id = "'01HZZZZZZZZZZZZZZZZZ' || substr(CAST(1000000 + i AS TEXT), 2)";
        let workspace = key(self.workspace);
        let first = at(0).unix_millis();
        let [owners, contacts, companies, tags] =
            [self.owners.map(key), self.contacts.map(key), self.companies.map(key), self.tags.map(key)];
        let engagements = format!(
            "{numbers} INSERT INTO engagements (workspace_id, id, external_id, source_system, title, title_folded,
                engagement_type, status, is_private, is_internal, run_workflows, owner_id, created_by, start_at,
                created_at, updated_at, version)
             SELECT '{workspace}', {id}, 'call ' || i, CASE i % 800 WHEN 1 THEN 'crm' ELSE 'dialer' END,
                CASE i % 800 WHEN 2 THEN 'Zebra ' ELSE 'Weekly ' END || i || '%',
                CASE i % 800 WHEN 2 THEN 'zebra ' ELSE 'weekly ' END || i || '%',
                CASE i % 800 WHEN 3 THEN 'NOTE' ELSE 'CALL' END,
                CASE i % 800 WHEN 4 THEN 'FAILED' WHEN 5 THEN 'PENDING' ELSE 'COMPLETED' END,
                i % 10 = 6, false, false, CASE i % 800 WHEN 7 THEN '{}' ELSE '{}' END, '{}',
                {first} + (i * 7919) % {ROWS}, {first} + i, {first} + i / 3, 0 FROM n",
            owners[1], owners[0], owners[0],
        );
        let taking_part = |position: usize, which: &str| {
            format!(
                "{numbers} INSERT INTO engagement_participants (workspace_id, engagement_id, position, contact_id,
                    company_id, is_owner)
                 SELECT '{workspace}', {id}, {position}, '{}', '{}', false FROM n WHERE {which}",
                contacts[position.min(1)],
                companies[position.min(1)],
            )
        };
        let tagged = |tag: &str, which: &str| {
            format!(
                "{numbers} INSERT INTO engagement_tags (workspace_id, engagement_id, tag_id)
                 SELECT '{workspace}', {id}, '{tag}' FROM n WHERE {which}"
            )
        };
        vec![
            engagements,
            taking_part(0, "true"),
            taking_part(1, "i % 800 = 8"),
            // Twice: a row that two of its participants match is listed once.
            taking_part(2, "i % 800 = 8"),
            tagged(&tags[0], "true"),
            tagged(&tags[1], "i % 800 = 9"),
        ]
    }

    /// A filter of every kind that matches this many.
    pub(super) fn cases(&self, matches: Matches) -> Vec<Case> {
        let pick = |[all, few, none]: [usize; 3]| match matches {
            Matches::All => all,
            Matches::Few => few,
            Matches::None => none,
        };
        let one = pick([0, 1, 2]);
        let case = |index, filter| Case { matches, index, filter };
        let both = |index| [index, index];
        let plain = EngagementFilter::default;
        let from = |millis| TimeRange { gte: Some(at(millis)), ..TimeRange::default() };
        let id_of = |ids: [ContactId; 2]| ids.get(one).copied().unwrap_or_else(new_id);
        let contacts = Some(vec![id_of(self.contacts), new_id()]);
        let companies = Some(vec![self.companies.get(one).copied().unwrap_or_else(new_id)]);
        let tags = Some(vec![self.tags.get(one).copied().unwrap_or_else(new_id)]);
        let owner = Some(self.owners.get(one).copied().unwrap_or_else(new_id));
        let search = Some(parsed(["EKLY ", "zebra", "quagga"][one]));
        let source = Some(parsed(["dialer", "crm", "erp"][one]));
        let types = Some(vec![[EngagementType::Call, EngagementType::Note, EngagementType::Task][one]]);
        let statuses =
            Some(vec![[ProcessingStatus::Completed, ProcessingStatus::Failed, ProcessingStatus::Processing][one]]);
        let several = Some(
            [
                vec![ProcessingStatus::Completed, ProcessingStatus::Failed],
                vec![ProcessingStatus::Failed, ProcessingStatus::Pending],
                vec![ProcessingStatus::Processing, ProcessingStatus::Processing],
            ][one]
                .clone(),
        );
        let first_of = |range: [i64; 3]| from(range[one]);
        let mut cases = vec![
            case(["engagement_titles", "engagements_by_title"], EngagementFilter { search, ..plain() }),
            case(both("engagements_by_type"), EngagementFilter { types, ..plain() }),
            case(both("engagements_by_status"), EngagementFilter { statuses, ..plain() }),
            case(both("engagements_by_status"), EngagementFilter { statuses: several, ..plain() }),
            case(both("participants_by_contact"), EngagementFilter { contacts, ..plain() }),
            case(both("participants_by_company"), EngagementFilter { companies, ..plain() }),
            case(both("engagements_by_tag"), EngagementFilter { tags, ..plain() }),
            case(both("engagements_by_owner"), EngagementFilter { owner, ..plain() }),
            case(both("engagements_by_source"), EngagementFilter { source_system: source, ..plain() }),
            case(both("engagements_by_start"), EngagementFilter { start_at: first_of([0, ROWS - 5, ROWS]), ..plain() }),
            case(
                both("engagements_by_update"),
                EngagementFilter { updated_at: first_of([0, ROWS / 3 - 2, ROWS]), ..plain() },
            ),
        ];
        // Names match one row each: never all, since a hundred are the most.
        let names = [vec!["call 1", "call 20", "call 300", "x"], vec!["x", "y"]];
        if matches != Matches::All {
            let external_ids = Some(names[one - 1].iter().map(|name| parsed(name)).collect());
            let index = ["sqlite_autoindex_engagements_2", "engagements_workspace_id_external_id_key"];
            cases.push(case(index, EngagementFilter { external_ids, ..plain() }));
        }
        cases
    }
}

/// A filter with what two have.
pub(super) fn together(a: &EngagementFilter, b: &EngagementFilter) -> EngagementFilter {
    let either = |a: TimeRange, b: TimeRange| if a == TimeRange::default() { b } else { a };
    EngagementFilter {
        search: a.search.clone().or_else(|| b.search.clone()),
        types: a.types.clone().or_else(|| b.types.clone()),
        statuses: a.statuses.clone().or_else(|| b.statuses.clone()),
        contacts: a.contacts.clone().or_else(|| b.contacts.clone()),
        companies: a.companies.clone().or_else(|| b.companies.clone()),
        tags: a.tags.clone().or_else(|| b.tags.clone()),
        owner: a.owner.or(b.owner),
        external_ids: a.external_ids.clone().or_else(|| b.external_ids.clone()),
        source_system: a.source_system.clone().or_else(|| b.source_system.clone()),
        start_at: either(a.start_at, b.start_at),
        updated_at: either(a.updated_at, b.updated_at),
    }
}

/// The filter in every order, for callers who see private ones and who do not.
pub(super) fn in_every_order(filter: &EngagementFilter) -> Vec<EngagementQuery> {
    let mut queries = Vec::new();
    for order_by in [OrderBy::UpdatedAt, OrderBy::StartAt] {
        for direction in [Direction::Ascending, Direction::Descending] {
            for visibility in [Visibility::All, Visibility::NonPrivate] {
                let filter = filter.clone();
                queries.push(EngagementQuery { visibility, filter, order_by, direction, after: None, limit: 25 });
            }
        }
    }
    queries
}
