//! Tags: their names, their end, and which engagements have them.

use futures_util::future::join_all;
use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    ids::TagId,
    query::{EngagementFilter, ListQuery},
    tag::{HexColor, Tag},
    time::Timestamp,
};

use super::filters::assert_found;
use crate::{
    Stores,
    fixture::{Tenant, a_tag, a_workspace, an_engagement, at, commit, created, known_tags, new_id, parsed, tagging},
};

/// A tag reads back with every field, without optional ones and at its limits; an unknown one is not there.
pub async fn tags_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let full = Tag {
        description: Some(parsed("when somebody says 'too \"expensive\"' \\ ☃\nor 💸")),
        hex_color: Some(HexColor::try_from("#1a2B3c".to_owned()).expect("it is a colour")),
        auto_tagging_enabled: true,
        created_at: at(1),
        updated_at: at(2),
        ..a_tag(tenant, "Über 'quotes' \"and\" \\ 😀")
    };
    let long = Tag {
        description: Some(parsed(&"字".repeat(2000))),
        created_at: Timestamp::MIN,
        updated_at: Timestamp::MAX,
        ..a_tag(tenant, &"😀".repeat(255))
    };
    for tag in [full, a_tag(tenant, "bare"), long] {
        known_tags(stores, tenant, std::slice::from_ref(&tag)).await;
        assert_eq!(stores.tags.by_id(tenant.workspace, tag.id).await.expect("the store answers"), Some(tag.clone()));
        assert_eq!(everything(stores, tenant).await.into_iter().find(|row| row.id == tag.id), Some(tag));
    }
    assert_eq!(stores.tags.by_id(tenant.workspace, new_id()).await.expect("the store answers"), None);
}

/// A change reads back whole, with the next version whatever the row says; one whose version is not the stored one, or
/// whose row is not there, is [`CommitError::Stale`].
pub async fn a_stale_tag_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let old = Tag { description: Some(parsed("old")), ..a_tag(tenant, "old") };
    known_tags(stores, tenant, std::slice::from_ref(&old)).await;
    let row = Tag {
        auto_tagging_enabled: true,
        hex_color: Some(HexColor::try_from("#ABCDEF".to_owned()).expect("it is a colour")),
        description: None,
        name: parsed("new"),
        updated_at: at(5),
        version: 77,
        ..old.clone()
    };
    commit(stores, changing(tenant, row.clone(), old.version)).await;
    let expected = Some(Tag { version: old.version + 1, ..row.clone() });
    for version in [old.version, old.version + 2] {
        let late = Tag { name: parsed("late"), ..row.clone() };
        assert_refused!(stores.store.commit(changing(tenant, late, version)).await, CommitError::Stale);
    }
    assert_eq!(stores.tags.by_id(tenant.workspace, old.id).await.expect("the store answers"), expected);
    let unknown = a_tag(tenant, "unknown");
    assert_refused!(stores.store.commit(changing(tenant, unknown, 1)).await, CommitError::Stale);
}

/// A name belongs to one tag of a workspace, compared byte for byte; a new or changed tag that takes another's is
/// [`CommitError::Exists`].
pub async fn a_name_belongs_to_one_tag(stores: &Stores) {
    let (tenant, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let names = ["vip", "VIP", "vip ", "caf\u{e9}", "cafe\u{301}", "\u{fb01}", "fi", "%", "_", "10", "010"];
    let tags: Vec<Tag> = names.iter().map(|name| a_tag(tenant, name)).collect();
    known_tags(stores, tenant, &tags).await;
    known_tags(stores, other, &[a_tag(other, "vip")]).await;
    for name in names {
        let changeset = Changeset { new_tags: vec![a_tag(tenant, name)], ..Changeset::new(tenant.workspace) };
        assert_refused!(stores.store.commit(changeset).await, CommitError::Exists);
    }
    let twice = vec![a_tag(tenant, "twice"), a_tag(tenant, "twice")];
    let changeset = Changeset { new_tags: twice, ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Exists);
    let renamed = Tag { name: parsed("fi"), ..tags[0].clone() };
    assert_refused!(stores.store.commit(changing(tenant, renamed, 1)).await, CommitError::Exists);
    // Its own name is free for it.
    commit(stores, changing(tenant, Tag { auto_tagging_enabled: true, ..tags[0].clone() }, 1)).await;
    assert_eq!(everything(stores, tenant).await.len(), names.len());
}

/// Of 16 tags with one name that are made at one time exactly one is; for the others it exists.
pub async fn of_many_tags_with_one_name_exactly_one_is_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let rival = |_| Changeset { new_tags: vec![a_tag(tenant, "contended")], ..Changeset::new(tenant.workspace) };
    let answers = join_all((0..16).map(|n| stores.store.commit(rival(n)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Exists);
    }
    assert_eq!(everything(stores, tenant).await.len(), 1);
}

/// Of 16 tags that take one name at one time exactly one gets it; for the others it exists.
pub async fn of_many_renamings_to_one_name_exactly_one_happens(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let tags: Vec<Tag> = (0..16).map(|n| a_tag(tenant, &format!("tag {n}"))).collect();
    known_tags(stores, tenant, &tags).await;
    let rivals = tags.iter().map(|tag| changing(tenant, Tag { name: parsed("contended"), ..tag.clone() }, 1));
    let answers = join_all(rivals.map(|rival| stores.store.commit(rival))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_refused!(answer, CommitError::Exists);
    }
    let named = everything(stores, tenant).await.into_iter().filter(|tag| tag.name == parsed("contended"));
    assert_eq!(named.count(), 1);
}

/// A deleted tag is found nowhere: not by id, in no list, not by the tagger, on no engagement, by no filter.
pub async fn a_deleted_tag_is_found_nowhere(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let engagement = created(stores, an_engagement(tenant, "e")).await;
    let (kept, gone) = (a_tag(tenant, "kept"), Tag { auto_tagging_enabled: true, ..a_tag(tenant, "gone") });
    known_tags(stores, tenant, &[kept.clone(), gone.clone()]).await;
    commit(stores, tagging(&engagement, &[kept.id, gone.id])).await;
    commit(stores, changing(tenant, Tag { deleted_at: Some(at(1)), ..gone.clone() }, 1)).await;
    let Stores { tags, .. } = stores;
    assert_eq!(tags.by_id(tenant.workspace, gone.id).await.expect("the store answers"), None);
    assert_eq!(everything(stores, tenant).await, std::slice::from_ref(&kept));
    assert_eq!(tags.automatic(tenant.workspace).await.expect("the store answers"), []);
    let of_it = tags.of_engagements(tenant.workspace, &[engagement.id]).await.expect("the store answers");
    assert_eq!(of_it, [[kept.clone()]]);
    assert_found(stores, tenant, having(&[gone.id]), &[]).await;
    assert_found(stores, tenant, having(&[gone.id, kept.id]), &["e"]).await;
}

/// The name of a deleted tag is free, for a new tag and for a changed one, as often as it is deleted.
pub async fn a_deleted_tags_name_is_free(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let other = a_tag(tenant, "other");
    known_tags(stores, tenant, std::slice::from_ref(&other)).await;
    for _ in 0..2 {
        let tag = a_tag(tenant, "name");
        known_tags(stores, tenant, std::slice::from_ref(&tag)).await;
        commit(stores, changing(tenant, Tag { deleted_at: Some(at(1)), ..tag.clone() }, 1)).await;
    }
    commit(stores, changing(tenant, Tag { name: parsed("name"), ..other.clone() }, 1)).await;
    let listed = everything(stores, tenant).await;
    assert_eq!(listed.iter().map(|tag| (tag.id, tag.name.as_str())).collect::<Vec<_>>(), [(other.id, "name")]);
}

/// The tagger's tags come oldest id first, and no others.
pub async fn automatic_tags_come_oldest_first(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut tags: Vec<Tag> = (0..6)
        .map(|n| Tag { auto_tagging_enabled: n % 2 == 0, updated_at: at(-n), ..a_tag(tenant, &format!("tag {n}")) })
        .collect();
    let youngest_first: Vec<Tag> = tags.iter().rev().cloned().collect();
    known_tags(stores, tenant, &youngest_first).await;
    tags.retain(|tag| tag.auto_tagging_enabled);
    assert_eq!(stores.tags.automatic(tenant.workspace).await.expect("the store answers"), tags);
}

/// The tags of engagements come each oldest id first: one entry for each id given, in that order, also for one that is
/// given twice, has none or is unknown.
pub async fn the_tags_of_engagements_come_in_the_order_asked_for(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let tags: Vec<Tag> = (0..4).map(|n| a_tag(tenant, &format!("tag {n}"))).collect();
    known_tags(stores, tenant, &tags).await;
    let [one, two, none] = ["one", "two", "none"].map(|name| an_engagement(tenant, name));
    for engagement in [&one, &two, &none] {
        created(stores, engagement.clone()).await;
    }
    commit(stores, tagging(&one, &[tags[3].id, tags[0].id, tags[2].id])).await;
    commit(stores, tagging(&two, &[tags[1].id, tags[3].id])).await;
    let of_one = vec![tags[0].clone(), tags[2].clone(), tags[3].clone()];
    let of_two = vec![tags[1].clone(), tags[3].clone()];
    let ids = [two.id, new_id(), one.id, none.id, two.id];
    let read = stores.tags.of_engagements(tenant.workspace, &ids).await.expect("the store answers");
    assert_eq!(read, [of_two.clone(), Vec::new(), of_one, Vec::new(), of_two]);
    let nobody = stores.tags.of_engagements(tenant.workspace, &[]).await.expect("the store answers");
    assert!(nobody.is_empty());
}

/// An engagement has exactly the tags it was given last, each once; tags that are gone or unknown are left out; other
/// engagements keep theirs.
pub async fn replaced_tags_are_exactly_those_given(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let [a, b, c] = ["a", "b", "c"].map(|name| a_tag(tenant, name));
    let gone = Tag { deleted_at: Some(at(1)), ..a_tag(tenant, "gone") };
    known_tags(stores, tenant, &[a.clone(), b.clone(), c.clone(), gone.clone()]).await;
    let one = created(stores, an_engagement(tenant, "one")).await;
    let other = created(stores, an_engagement(tenant, "other")).await;
    commit(stores, tagging(&other, &[a.id])).await;
    for (given, expected) in [
        (vec![b.id, a.id], vec![&a, &b]),
        (vec![c.id, b.id, c.id, b.id], vec![&b, &c]),
        (vec![gone.id, new_id(), a.id], vec![&a]),
        (vec![], vec![]),
        (vec![gone.id], vec![]),
        (vec![c.id], vec![&c]),
    ] {
        commit(stores, tagging(&one, &given)).await;
        let read = stores.tags.of_engagements(tenant.workspace, &[one.id, other.id]).await;
        let expected = vec![expected.into_iter().cloned().collect(), vec![a.clone()]];
        assert_eq!(read.expect("the store answers"), expected, "given {given:?}");
    }
}

/// A list of engagements is filtered by tags: those that have one of them, each once.
pub async fn a_list_is_filtered_by_tags(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let [a, b] = ["a", "b"].map(|name| a_tag(tenant, name));
    known_tags(stores, tenant, &[a.clone(), b.clone()]).await;
    for (name, tags) in [("both", vec![a.id, b.id]), ("a", vec![a.id]), ("b", vec![b.id]), ("none", vec![])] {
        let engagement = created(stores, an_engagement(tenant, name)).await;
        commit(stores, tagging(&engagement, &tags)).await;
    }
    assert_found(stores, tenant, having(&[a.id]), &["both", "a"]).await;
    assert_found(stores, tenant, having(&[a.id, b.id]), &["both", "a", "b"]).await;
    assert_found(stores, tenant, having(&[b.id, new_id()]), &["both", "b"]).await;
    assert_found(stores, tenant, having(&[new_id()]), &[]).await;
}

fn having(tags: &[TagId]) -> EngagementFilter {
    EngagementFilter { tags: Some(tags.to_vec()), ..EngagementFilter::default() }
}

fn changing(tenant: Tenant, row: Tag, expected: u64) -> Changeset {
    Changeset { changed_tags: vec![Change { row, expected }], ..Changeset::new(tenant.workspace) }
}

async fn everything(stores: &Stores, tenant: Tenant) -> Vec<Tag> {
    let page = stores.tags.list(tenant.workspace, &ListQuery::first(100)).await.expect("the store answers");
    assert!(!page.has_more, "fewer rows than the limit are all of them");
    page.items
}
