//! Filters: each one alone, and all of them together.

use hearken_domain::{
    directory::Contact,
    engagement::{Engagement, EngagementType, ProcessingStatus, ResolvedParticipant},
    query::{EngagementFilter, EngagementQuery, TimeRange},
};

use super::lists::all;
use crate::{
    Stores,
    fixture::{
        Tenant, a_company, a_contact, a_participant, a_tag, a_user, a_workspace, an_engagement, at, changing, commit,
        created, creating_with, known_companies, known_contacts, known_tags, known_users, new_id, parsed, tagging,
    },
};

/// A title is found by any part of it, whatever the case, in every script that has cases.
pub async fn a_search_finds_a_part_of_the_title_whatever_the_case(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    titled(stores, tenant, &["Quarterly REVIEW", "Über Ärger", "ПРИВЕТ", "Weekly"]).await;
    for (term, expected) in [
        ("review", vec!["Quarterly REVIEW"]),
        ("QUARTERLY", vec!["Quarterly REVIEW"]),
        ("y r", vec!["Quarterly REVIEW"]),
        ("LY", vec!["Quarterly REVIEW", "Weekly"]),
        ("über", vec!["Über Ärger"]),
        ("ÄRGER", vec!["Über Ärger"]),
        ("привет", vec!["ПРИВЕТ"]),
        ("absent", vec![]),
    ] {
        assert_search_finds(stores, tenant, term, &expected).await;
    }
}

/// No character of a search means anything but itself.
pub async fn a_search_takes_every_character_as_itself(stores: &Stores) {
    const TITLES: [&str; 10] = [
        "100% sure",
        "100 x sure",
        "snake_case",
        "snakeXcase",
        r"back\slash",
        "backslash",
        "it's \"so\"",
        "its so",
        "a*b?c[d]",
        "a.b(c)",
    ];
    let tenant = a_workspace(stores).await;
    titled(stores, tenant, &TITLES).await;
    for (term, expected) in [
        ("%", vec!["100% sure"]),
        ("0% S", vec!["100% sure"]),
        ("_", vec!["snake_case"]),
        ("E_C", vec!["snake_case"]),
        (r"\", vec![r"back\slash"]),
        (r"K\S", vec![r"back\slash"]),
        ("'", vec!["it's \"so\""]),
        ("\"SO\"", vec!["it's \"so\""]),
        ("*B?", vec!["a*b?c[d]"]),
        ("[d]", vec!["a*b?c[d]"]),
        (".", vec!["a.b(c)"]),
        ("' OR 1=1 --", vec![]),
    ] {
        assert_search_finds(stores, tenant, term, &expected).await;
    }
}

/// A part of any length is found, in every script: one character and two, and so many that an index may not know all.
pub async fn a_search_takes_terms_of_every_length(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let long: String = (0..250).map(|n| format!("{n} ")).collect::<String>().trim_end().chars().take(500).collect();
    let [chinese, greek, two, one] = ["季度会议 😀🎧 été", "ΟΔΟΣ İstanbul", "ab", "b"];
    titled(stores, tenant, &[chinese, greek, two, one, &long]).await;
    let middle: String = long.chars().skip(3).take(400).collect();
    let almost = format!("{}x", &long[..long.len() - 1]);
    let long = long.as_str();
    for (term, expected) in [
        ("议", vec![chinese]),
        ("度会", vec![chinese]),
        ("度会议", vec![chinese]),
        ("季度会议 😀", vec![chinese]),
        ("会度", vec![]),
        ("😀🎧 ", vec![chinese]),
        ("ÉT", vec![chinese]),
        ("οδος", vec![greek]),
        ("ΔΟΣ", vec![greek]),
        ("i\u{307}st", vec![greek]),
        ("İS", vec![greek]),
        ("A", vec![greek, two]),
        ("B", vec![greek, two, one]),
        ("AB", vec![two]),
        ("abc", vec![]),
        (&middle, vec![long]),
        (long, vec![long]),
        (&almost, vec![]),
    ] {
        assert_search_finds(stores, tenant, term, &expected).await;
    }
}

/// A title that was changed is found by what it is, and not by what it was; so is one that changed in case alone.
pub async fn a_search_follows_a_changed_title(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    titled(stores, tenant, &["first", "other"]).await;
    let mut row = stores
        .store
        .by_external_id(tenant.workspace, &parsed("first"))
        .await
        .expect("the store answers")
        .expect("it was created");
    for title in ["zebra", "ZEBRA", "quagga"] {
        row.title = parsed(title);
        commit(stores, changing(row.clone())).await;
        row.version += 1;
        assert_search_finds(stores, tenant, title, &["first"]).await;
        assert_search_finds(stores, tenant, "FIRST", &[]).await;
        assert_search_finds(stores, tenant, "other", &["other"]).await;
    }
    assert_search_finds(stores, tenant, "zebra", &[]).await;
}

/// Filters by type and by status take one of those given.
pub async fn a_list_is_filtered_by_types_and_statuses(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for kind in EngagementType::ALL {
        for status in ProcessingStatus::ALL {
            let name = format!("{kind} {status}");
            let row = Engagement { engagement_type: *kind, status: *status, ..an_engagement(tenant, &name) };
            created(stores, row).await;
        }
    }
    let types = Some(vec![EngagementType::Call, EngagementType::CalendarEvent]);
    let statuses = Some(vec![ProcessingStatus::Failed, ProcessingStatus::Completed]);
    let by_type = EngagementFilter { types: types.clone(), ..EngagementFilter::default() };
    let calls = ["CALL PENDING", "CALL PROCESSING", "CALL COMPLETED", "CALL FAILED"];
    let entries =
        ["CALENDAR_EVENT PENDING", "CALENDAR_EVENT PROCESSING", "CALENDAR_EVENT COMPLETED", "CALENDAR_EVENT FAILED"];
    assert_found(stores, tenant, by_type, &[calls, entries].concat()).await;
    let both = EngagementFilter { types, statuses, ..EngagementFilter::default() };
    assert_found(stores, tenant, both, &[calls[2], calls[3], entries[2], entries[3]]).await;
    let one = EngagementFilter { statuses: Some(vec![ProcessingStatus::Pending]), ..EngagementFilter::default() };
    assert_eq!(found(stores, tenant, one).await.len(), EngagementType::ALL.len());
}

/// Filters by contact and by company look at the participants; a row that several of them match is listed once.
pub async fn a_list_is_filtered_by_participants(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (acme, other) = (a_company("acme.example.com"), a_company("other.example.com"));
    known_companies(stores, tenant, &[acme.clone(), other.clone()]).await;
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| a_contact(&format!("{name}@example.com")));
    known_contacts(stores, tenant, &[ada.clone(), bob.clone(), eve.clone()]).await;
    let of_acme = |contact: &Contact| ResolvedParticipant { company: Some(acme.id), ..a_participant(contact.id) };
    let of_other = ResolvedParticipant { company: Some(other.id), ..a_participant(eve.id) };
    commit(stores, creating_with(an_engagement(tenant, "both"), vec![of_acme(&ada), of_acme(&bob)])).await;
    commit(stores, creating_with(an_engagement(tenant, "ada"), vec![of_acme(&ada)])).await;
    commit(stores, creating_with(an_engagement(tenant, "eve"), vec![of_other])).await;
    created(stores, an_engagement(tenant, "nobody")).await;
    let by_contacts = |contacts| EngagementFilter { contacts: Some(contacts), ..EngagementFilter::default() };
    let by_companies = |companies| EngagementFilter { companies: Some(companies), ..EngagementFilter::default() };
    assert_found(stores, tenant, by_contacts(vec![ada.id, bob.id]), &["both", "ada"]).await;
    assert_found(stores, tenant, by_contacts(vec![bob.id, new_id()]), &["both"]).await;
    assert_found(stores, tenant, by_contacts(vec![new_id()]), &[]).await;
    assert_found(stores, tenant, by_companies(vec![acme.id]), &["both", "ada"]).await;
    assert_found(stores, tenant, by_companies(vec![acme.id, other.id]), &["both", "ada", "eve"]).await;
    let one = EngagementQuery { limit: 2, filter: by_contacts(vec![ada.id, bob.id]), ..all() };
    let page = stores.store.list(tenant.workspace, &one).await.expect("the store answers");
    assert_eq!((page.items.len(), page.has_more), (2, false), "a row with two matching participants counts once");
}

/// Filters by owner.
pub async fn a_list_is_filtered_by_owner(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let boss = a_user("boss@hearken.test");
    known_users(stores, tenant, std::slice::from_ref(&boss)).await;
    created(stores, Engagement { owner: boss.id, ..an_engagement(tenant, "hers") }).await;
    // Hosting is not owning.
    created(stores, Engagement { host: Some(boss.id), ..an_engagement(tenant, "ours") }).await;
    let by_owner = |owner| EngagementFilter { owner: Some(owner), ..EngagementFilter::default() };
    assert_found(stores, tenant, by_owner(boss.id), &["hers"]).await;
    assert_found(stores, tenant, by_owner(tenant.user), &["ours"]).await;
}

/// Filters by external id and by source system compare byte for byte.
pub async fn a_list_is_filtered_by_external_id_and_source_system(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for (name, system) in [("e", "dialer"), ("E", "Dialer"), ("e ", "dialer "), ("%", "%")] {
        created(stores, Engagement { source_system: parsed(system), ..an_engagement(tenant, name) }).await;
    }
    let by_name = |name| EngagementFilter { external_ids: Some(vec![parsed(name)]), ..EngagementFilter::default() };
    let by_system = |system| EngagementFilter { source_system: Some(parsed(system)), ..EngagementFilter::default() };
    assert_found(stores, tenant, by_name("e"), &["e"]).await;
    assert_found(stores, tenant, by_name("%"), &["%"]).await;
    assert_found(stores, tenant, by_name("x"), &[]).await;
    let several = ["e", "x", "%", "e "].map(parsed).to_vec();
    let by_names = EngagementFilter { external_ids: Some(several), ..EngagementFilter::default() };
    assert_found(stores, tenant, by_names, &["e", "%", "e "]).await;
    let hundred = (0..99).map(|n| parsed(&format!("absent {n}"))).chain([parsed("E")]).collect();
    let by_names = EngagementFilter { external_ids: Some(hundred), ..EngagementFilter::default() };
    assert_found(stores, tenant, by_names, &["E"]).await;
    assert_found(stores, tenant, by_system("dialer"), &["e"]).await;
    assert_found(stores, tenant, by_system("Dialer"), &["E"]).await;
    assert_found(stores, tenant, by_system("%"), &["%"]).await;
}

/// Filters by both moments; all bounds that are set must hold, to the millisecond.
pub async fn a_list_is_filtered_by_its_moments(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for (name, millis) in [("1", 1), ("2", 2), ("3", 3)] {
        let row = an_engagement(tenant, name);
        created(stores, Engagement { start_at: at(millis), updated_at: at(-millis), ..row }).await;
    }
    let bounds: [(TimeRange, &[&str], &[&str]); 6] = [
        (TimeRange { gt: Some(at(2)), ..TimeRange::default() }, &["3"], &[]),
        (TimeRange { gte: Some(at(2)), ..TimeRange::default() }, &["2", "3"], &[]),
        (TimeRange { lt: Some(at(-2)), ..TimeRange::default() }, &[], &["3"]),
        (TimeRange { lte: Some(at(-2)), ..TimeRange::default() }, &[], &["2", "3"]),
        (TimeRange { gt: Some(at(-3)), lt: Some(at(3)), ..TimeRange::default() }, &["1", "2"], &["1", "2"]),
        (TimeRange { gt: Some(at(1)), gte: Some(at(3)), lte: Some(at(3)), lt: None }, &["3"], &[]),
    ];
    for (range, by_start, by_update) in bounds {
        let started = EngagementFilter { start_at: range, ..EngagementFilter::default() };
        assert_found(stores, tenant, started, by_start).await;
        let updated = EngagementFilter { updated_at: range, ..EngagementFilter::default() };
        assert_found(stores, tenant, updated, by_update).await;
    }
}

/// All filters together: what misses any one of them is not listed.
pub async fn all_filters_hold_together(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (acme, ada) = (a_company("acme.example.com"), a_contact("ada@example.com"));
    known_companies(stores, tenant, std::slice::from_ref(&acme)).await;
    known_contacts(stores, tenant, std::slice::from_ref(&ada)).await;
    let participant = ResolvedParticipant { company: Some(acme.id), ..a_participant(ada.id) };
    let vip = a_tag(tenant, "vip");
    known_tags(stores, tenant, std::slice::from_ref(&vip)).await;
    let wanted = an_engagement(tenant, "wanted");
    let moment = TimeRange { gte: Some(at(0)), lte: Some(at(0)), ..TimeRange::default() };
    let filter = EngagementFilter {
        search: Some(parsed("CALL")),
        types: Some(vec![wanted.engagement_type]),
        statuses: Some(vec![wanted.status]),
        contacts: Some(vec![ada.id]),
        companies: Some(vec![acme.id]),
        tags: Some(vec![vip.id]),
        owner: Some(tenant.user),
        external_ids: None,
        source_system: Some(wanted.source_system.clone()),
        start_at: moment,
        updated_at: moment,
    };
    let misses = [
        Engagement { title: parsed("A meeting"), ..an_engagement(tenant, "title") },
        Engagement { engagement_type: EngagementType::Note, ..an_engagement(tenant, "type") },
        Engagement { status: ProcessingStatus::Failed, ..an_engagement(tenant, "status") },
        Engagement { source_system: parsed("crm"), ..an_engagement(tenant, "system") },
        Engagement { start_at: at(1), ..an_engagement(tenant, "start") },
        Engagement { updated_at: at(1), ..an_engagement(tenant, "update") },
    ];
    commit(stores, tagging(&created(stores, an_engagement(tenant, "without participants")).await, &[vip.id])).await;
    commit(stores, creating_with(an_engagement(tenant, "without tags"), vec![participant.clone()])).await;
    for row in misses.into_iter().chain([wanted]) {
        commit(stores, creating_with(row.clone(), vec![participant.clone()])).await;
        commit(stores, tagging(&row, &[vip.id])).await;
    }
    assert_found(stores, tenant, filter.clone(), &["wanted"]).await;
    let by_name = EngagementFilter { external_ids: Some(vec![parsed("type")]), ..filter };
    assert_found(stores, tenant, by_name, &[]).await;
}

/// One engagement for each title, which is also its external id.
async fn titled(stores: &Stores, tenant: Tenant, titles: &[&str]) {
    for title in titles {
        created(stores, Engagement { title: parsed(title), ..an_engagement(tenant, title) }).await;
    }
}

async fn assert_search_finds(stores: &Stores, tenant: Tenant, term: &str, expected: &[&str]) {
    let filter = EngagementFilter { search: Some(parsed(term)), ..EngagementFilter::default() };
    assert_found(stores, tenant, filter, expected).await;
}

pub(super) async fn assert_found(stores: &Stores, tenant: Tenant, filter: EngagementFilter, expected: &[&str]) {
    let asked = format!("{filter:?}");
    let mut expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    expected.sort_unstable();
    assert_eq!(found(stores, tenant, filter).await, expected, "{asked}");
}

/// The external ids of the matching rows, sorted.
async fn found(stores: &Stores, tenant: Tenant, filter: EngagementFilter) -> Vec<String> {
    let query = EngagementQuery { filter, ..all() };
    let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
    assert!(!page.has_more, "fewer rows than the limit are all of them");
    let mut names: Vec<String> = page.items.into_iter().map(|row| row.external_id.into_string()).collect();
    names.sort_unstable();
    names
}
