//! Of any number of commits with one external id in one workspace exactly one succeeds.

use futures_util::future::join_all;
use hearken_domain::{changeset::CommitError, engagement::Engagement, ids::EngagementId, text::ExternalId};

use crate::{
    Stores,
    fixture::{a_workspace, an_engagement, commit, created, creating, parsed},
};

/// An external id that is taken is [`CommitError::KeyTaken`] with the winner's id, and the winner stays as it was.
pub async fn a_taken_external_id_names_the_winner(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let winner = created(stores, an_engagement(tenant, "taken")).await;
    let late = Engagement { title: parsed("Late"), ..an_engagement(tenant, "taken") };
    let answer = stores.store.commit(creating(late.clone())).await;
    assert!(matches!(answer, Err(CommitError::KeyTaken(id)) if id == winner.id), "the store answered {answer:?}");
    let stored = stores.store.by_external_id(tenant.workspace, &winner.external_id).await.expect("the store answers");
    assert_eq!(stored, Some(winner));
    assert_eq!(stores.store.by_id(tenant.workspace, late.id).await.expect("the store answers"), None);
}

/// Of 32 commits at one time with one external id exactly one succeeds; the others name it.
pub async fn of_many_commits_with_one_external_id_exactly_one_succeeds(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let rivals: Vec<Engagement> = (0..32).map(|_| an_engagement(tenant, "contended")).collect();
    let answers = join_all(rivals.iter().map(|rival| stores.store.commit(creating(rival.clone())))).await;
    let winners: Vec<EngagementId> =
        rivals.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(rival, _)| rival.id).collect();
    let [winner] = winners[..] else { panic!("{} commits succeeded: {answers:?}", winners.len()) };
    for answer in answers.iter().filter(|answer| answer.is_err()) {
        assert!(matches!(answer, Err(CommitError::KeyTaken(id)) if *id == winner), "the store answered {answer:?}");
    }
    let stored = stores.store.by_external_id(tenant.workspace, &parsed("contended")).await.expect("the store answers");
    assert_eq!(stored.map(|stored| stored.id), Some(winner));
}

/// Other workspaces are not concerned.
pub async fn the_same_external_id_lives_in_two_workspaces(stores: &Stores) {
    let (one, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let mine = created(stores, an_engagement(one, "shared")).await;
    let theirs = created(stores, an_engagement(other, "shared")).await;
    for (tenant, expected) in [(one, mine), (other, theirs)] {
        let found = stores.store.by_external_id(tenant.workspace, &expected.external_id).await;
        assert_eq!(found.expect("the store answers"), Some(expected));
    }
}

/// External ids are compared byte for byte: neither case nor spaces nor Unicode's forms are folded, and none is a
/// pattern or a number.
pub async fn external_ids_are_compared_byte_for_byte(stores: &Stores) {
    const NAMES: [&str; 18] = [
        "call-1",
        "CALL-1",
        "Call-1",
        "call-1 ",
        " call-1",
        "call-1\n",
        "call_1",
        "call%",
        "%",
        "_",
        "caf\u{e9}",
        "cafe\u{301}",
        "\u{fb01}",
        "fi",
        "10",
        "010",
        "1e1",
        "\u{1f600}",
    ];
    let tenant = a_workspace(stores).await;
    let mut all = Vec::new();
    for name in NAMES {
        let engagement = an_engagement(tenant, name);
        commit(stores, creating(engagement.clone())).await;
        all.push(engagement);
    }
    for engagement in all {
        let name: &ExternalId = &engagement.external_id;
        let found = stores.store.by_external_id(tenant.workspace, name).await.expect("the store answers");
        assert_eq!(found.map(|found| found.id), Some(engagement.id), "{name:?}");
    }
    let absent = stores.store.by_external_id(tenant.workspace, &parsed("cALL-1")).await.expect("the store answers");
    assert_eq!(absent, None);
}
