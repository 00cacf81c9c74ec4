//! What a list's query string may say and what is refused.

use hearken_domain::{
    engagement::{EngagementType, ProcessingStatus},
    ids::{ContactId, Ulid},
    query::{Direction, EngagementFilter},
    text::ExternalId,
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
    assert_eq!(filter.external_ids.as_deref(), Some(&[ExternalId::try_from(" x").unwrap()][..]));
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

    let ids: Vec<String> = (0..101).map(|n| format!("call {n}")).collect();
    let many = format!("filter[external_id][in]={}", ids.join(","));
    assert_eq!(refused(&many), refusal("filter[external_id][in]", TooMany));
    let hundred = list(&format!("filter[external_id][in]={}, call 0,call 0", ids[..99].join(","))).unwrap();
    let hundred = hundred.query.filter.external_ids.unwrap();
    assert_eq!((hundred.len(), hundred[99].as_str()), (100, " call 0"), "byte for byte, and each once");
}

#[test]
fn all_that_is_given_of_a_field_adds_up() {
    let filter = |query: &str| list(query).unwrap().query.filter;
    let both = filter("filter[engagement_type][eq]=CALL&filter[engagement_type][in]=MEETING,NOTE");
    assert_eq!(both.types.unwrap(), [EngagementType::Call, EngagementType::Meeting, EngagementType::Note]);
    let repeated = "filter[processing_status][in]=FAILED&filter[processing_status][in]=PENDING, FAILED";
    assert_eq!(filter(repeated).statuses.unwrap(), [ProcessingStatus::Failed, ProcessingStatus::Pending]);

    for (field, prefix, operators) in
        [("company_ids", "cmp", &["eq", "in"][..]), ("contact_ids", "cnt", &["eq", "in"]), ("tag_ids", "tag", &["in"])]
    {
        let ids: Vec<String> = (0..26).map(|n| format!("{prefix}_{}", Ulid::from_parts(0, n))).collect();
        let first = operators[0];
        let many = |last: usize| {
            let rest: Vec<String> = ids[1..=last].iter().map(|id| format!("filter[{field}][in]={id}")).collect();
            format!("filter[{field}][{first}]={}&{}", ids[0], rest.join("&"))
        };
        assert!(list(&many(24)).is_ok(), "{field}");
        assert!(list(&format!("{}&filter[{field}][in]={}", many(24), ids[3])).is_ok(), "a value twice is one");
        assert_eq!(refused(&many(25)), refusal(&format!("filter[{field}][in]"), ViolationCode::TooMany));
    }

    for once in
        ["filter[engagement_type][eq]=CALL", "filter[external_id][eq]=x", "filter[start_at][gt]=2026-03-01T12:00:00Z"]
    {
        let name = once.split('=').next().unwrap();
        assert_eq!(refused(&format!("{once}&{once}")), refusal(name, ViolationCode::Duplicate));
    }
}

#[test]
fn a_cursor_goes_on_alone_or_beside_the_same_and_a_contradiction_is_refused() {
    let first = list("limit=2&search=x&filter[engagement_type][in]=CALL,MEETING&expand=owner").unwrap();
    let after = Position { at: Timestamp::from_unix_millis(5).unwrap(), id: Ulid::from_parts(0, 5).into() };
    let next = EngagementQuery { after: Some(after), ..first.query.clone() };
    let cursor = cursor::encode(&next, &first.expand);

    let apart = "&filter[engagement_type][in]=MEETING&filter[engagement_type][eq]=CALL";
    for query in ["", "&limit=2", "&search=x&expand=owner", "&filter[engagement_type][in]=MEETING,CALL", apart] {
        let going_on = list(&format!("cursor={cursor}{query}")).unwrap();
        assert_eq!(going_on, EngagementListRequest { query: next.clone(), expand: vec![Expand::Owner] }, "{query}");
    }
    for query in [
        "&search=y",
        "&order_by=start_at:asc",
        "&filter[external_id][eq]=x",
        "&filter[engagement_type][eq]=CALL",
        "&filter[engagement_type][in]=CALL,MEETING,NOTE",
    ] {
        let refusals = refused(&format!("cursor={cursor}{query}"));
        assert_eq!(refusals, refusal("cursor", ViolationCode::InvalidFormat), "{query}");
    }
}

#[test]
fn beside_a_cursor_limit_and_expand_hold_from_this_page_on() {
    let first = list("limit=2&search=x&expand=owner").unwrap();
    let mut query = EngagementQuery { limit: 2, ..first.query };
    let mut expand = first.expand;
    for (given, limit, parts) in [
        ("&limit=3", 3, vec![Expand::Owner]),
        ("", 3, vec![Expand::Owner]),
        ("&expand=tags&expand=transcript", 3, vec![Expand::Transcript, Expand::Tags]),
        ("&limit=1&search=x", 1, vec![Expand::Transcript, Expand::Tags]),
    ] {
        let page = list(&format!("cursor={}{given}", cursor::encode(&query, &expand))).unwrap();
        query = EngagementQuery { limit, ..query };
        assert_eq!(page, EngagementListRequest { query: query.clone(), expand: parts }, "{given}");
        expand = page.expand;
    }
    let cursor = cursor::encode(&query, &expand);
    assert_eq!(refused(&format!("cursor={cursor}&limit=101")), refusal("limit", ViolationCode::InvalidRange));
    assert_eq!(refused(&format!("cursor={cursor}&expand=notes")), refusal("expand", ViolationCode::InvalidEnumValue));
}

#[test]
fn other_routes_take_expand_or_nothing() {
    assert_eq!(parse_expand_only("expand=transcript,owner&expand=owner"), Ok(vec![Expand::Transcript, Expand::Owner]));
    assert_eq!(parse_expand_only("limit=1").unwrap_err()[0].field, "limit");
    assert_eq!(parse_nothing(""), Ok(()));
    assert_eq!(parse_nothing("expand=owner").unwrap_err().len(), 1);
}
