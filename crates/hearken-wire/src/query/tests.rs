//! What a list's query string may say and what is refused.

use hearken_domain::{
    engagement::{EngagementType, ProcessingStatus},
    ids::{ContactId, Ulid},
    query::{Direction, EngagementFilter},
    time::Timestamp,
};

use super::*;

fn list(query: &str) -> Result<EngagementListRequest, Vec<Violation>> {
    parse_engagement_list(query, Visibility::NonPrivate)
}

fn refused(query: &str) -> Vec<(String, ViolationCode)> {
    list(query).unwrap_err().into_iter().map(|violation| (violation.field, violation.code)).collect()
}

fn refusal(field: &str, code: ViolationCode) -> Vec<(String, ViolationCode)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn an_empty_query_is_the_default_list() {
    let request = list("").unwrap();
    assert_eq!(
        request,
        EngagementListRequest {
            query: EngagementQuery {
                visibility: Visibility::NonPrivate,
                filter: EngagementFilter::default(),
                order_by: OrderBy::UpdatedAt,
                direction: Direction::Descending,
                after: None,
                limit: 25,
            },
            expand: Vec::new(),
        }
    );
}

#[test]
fn every_parameter_is_read() {
    let contact = "cnt_00000000000000000000000001";
    let request = list(&format!(
        "limit=100&order_by=start_at:asc&search=a+b%26&expand=owner,tags&expand=owner\
         &filter[engagement_type][in]=CALL,MEETING,CALL&filter%5Bprocessing_status%5D%5Beq%5D=FAILED\
         &filter[contact_ids][in]={contact}&filter[start_at][gte]=2026-03-01T12:00:00%2B01:00\
         &filter[external_id][eq]=%20x"
    ))
    .unwrap();
    let filter = &request.query.filter;
    assert_eq!((request.query.limit, request.query.direction), (100, Direction::Ascending));
    assert_eq!(request.expand, [Expand::Owner, Expand::Tags]);
    assert_eq!(filter.search.as_ref().unwrap().as_str(), "a b&");
    assert_eq!(filter.types.as_deref(), Some(&[EngagementType::Call, EngagementType::Meeting][..]));
    assert_eq!(filter.statuses.as_deref(), Some(&[ProcessingStatus::Failed][..]));
    assert_eq!(filter.contacts.as_deref(), Some(&[ContactId::from(Ulid::from_parts(0, 1))][..]));
    assert_eq!(filter.start_at.gte, Timestamp::from_unix_millis(1_772_362_800_000));
    assert_eq!(filter.external_id.as_ref().unwrap().as_str(), " x");
}

#[test]
fn what_is_unknown_or_wrong_is_named() {
    use ViolationCode::{Duplicate, InvalidEnumValue, InvalidFormat, InvalidRange, TooMany, TooShort};

    for limit in ["0", "101", "", "x", "-1", "%2B5", "1.0", "99999999999"] {
        assert_eq!(refused(&format!("limit={limit}")), refusal("limit", InvalidRange), "{limit}");
    }
    assert_eq!(refused("offset=1"), refusal("offset", InvalidEnumValue));
    assert_eq!(refused("filter[start_at][foo]=1"), refusal("filter[start_at][foo]", InvalidEnumValue));
    assert_eq!(refused("filter[title][eq]=1"), refusal("filter[title][eq]", InvalidEnumValue));
    assert_eq!(refused("filter[start_at]=1"), refusal("filter[start_at]", InvalidEnumValue));
    assert_eq!(refused("filter[engagement_type][eq]=call"), refusal("filter[engagement_type][eq]", InvalidEnumValue));
    assert_eq!(refused("filter[owner_user_id][eq]=me"), refusal("filter[owner_user_id][eq]", InvalidFormat));
    assert_eq!(refused("filter[updated_at][gt]=today"), refusal("filter[updated_at][gt]", InvalidFormat));
    assert_eq!(refused("order_by=title"), refusal("order_by", InvalidEnumValue));
    assert_eq!(refused("expand=notes"), refusal("expand", InvalidEnumValue));
    assert_eq!(refused("search="), refusal("search", TooShort));
    assert_eq!(refused("limit=1&limit=1"), refusal("limit", Duplicate));
    assert_eq!(refused("cursor=x"), refusal("cursor", InvalidFormat));
    assert_eq!(refused("limit=0&offset=1").len(), 2);

    let ids: Vec<String> = (0..26).map(|n| format!("cmp_{}", Ulid::from_parts(0, n))).collect();
    let many = format!("filter[company_ids][in]={}", ids.join(","));
    assert_eq!(refused(&many), refusal("filter[company_ids][in]", TooMany));
    assert!(list(&format!("filter[company_ids][in]={}", ids[..25].join(","))).is_ok());
}

#[test]
fn a_cursor_alone_goes_on_and_a_contradiction_is_refused() {
    let first = list("limit=2&search=x&filter[engagement_type][in]=CALL,MEETING&expand=owner").unwrap();
    let after = Position { at: Timestamp::from_unix_millis(5).unwrap(), id: Ulid::from_parts(0, 5).into() };
    let next = EngagementQuery { after: Some(after), ..first.query.clone() };
    let cursor = cursor::encode(&next, &first.expand);

    for query in ["", "&limit=2", "&search=x&expand=owner", "&filter[engagement_type][in]=MEETING,CALL"] {
        let going_on = list(&format!("cursor={cursor}{query}")).unwrap();
        assert_eq!(going_on, EngagementListRequest { query: next.clone(), expand: vec![Expand::Owner] }, "{query}");
    }
    for query in ["&limit=3", "&search=y", "&expand=tags", "&order_by=start_at:asc", "&filter[external_id][eq]=x"] {
        let refusals = refused(&format!("cursor={cursor}{query}"));
        assert_eq!(refusals, refusal("cursor", ViolationCode::InvalidFormat), "{query}");
    }
}

#[test]
fn other_routes_take_expand_or_nothing() {
    assert_eq!(parse_expand_only("expand=transcript,owner&expand=owner"), Ok(vec![Expand::Transcript, Expand::Owner]));
    assert_eq!(parse_expand_only("limit=1").unwrap_err()[0].field, "limit");
    assert_eq!(parse_nothing(""), Ok(()));
    assert_eq!(parse_nothing("expand=owner").unwrap_err().len(), 1);
}
