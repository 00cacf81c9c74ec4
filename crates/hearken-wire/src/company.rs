//! A company as the API shows it: by itself, and as a part of an engagement.

use hearken_domain::{
    directory::Company,
    handle::DomainName,
    ids::CompanyId,
    text::{Description, Name},
};
use serde::Serialize;

use crate::{shown::Shown, time::Rfc3339};

/// The JSON of a company; made by [`company`].
#[derive(Debug, Serialize)]
pub struct CompanyView<'a> {
    object: &'static str,
    id: Shown<CompanyId>,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    domains: Vec<DomainView<'a>>,
}

/// The JSON of a company within an engagement; made by [`engagement_company`].
#[derive(Debug, Serialize)]
pub struct EngagementCompanyView<'a> {
    object: &'static str,
    id: Shown<CompanyId>,
    name: Option<&'a str>,
    domains: Vec<DomainView<'a>>,
}

#[derive(Debug, Serialize)]
struct DomainView<'a> {
    domain: &'a str,
    is_primary: bool,
}

/// A company's JSON.
pub fn company(company: &Company) -> CompanyView<'_> {
    CompanyView {
        object: "company",
        id: Shown(company.id),
        created_at: Rfc3339(company.created_at),
        updated_at: Rfc3339(company.updated_at),
        name: company.name.as_ref().map(Name::as_str),
        description: company.description.as_ref().map(Description::as_str),
        domains: domains(&company.domains),
    }
}

/// The JSON of a company as an engagement's `companies` holds it.
pub fn engagement_company(company: &Company) -> EngagementCompanyView<'_> {
    EngagementCompanyView {
        object: "engagement_company",
        id: Shown(company.id),
        name: company.name.as_ref().map(Name::as_str),
        domains: domains(&company.domains),
    }
}

fn domains(domains: &[DomainName]) -> Vec<DomainView<'_>> {
    domains.iter().enumerate().map(|(i, domain)| DomainView { domain: domain.as_str(), is_primary: i == 0 }).collect()
}

#[cfg(test)]
mod tests {
    use hearken_domain::{ids::Ulid, time::Timestamp};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_company_has_its_two_shapes() {
        let at = Timestamp::from_unix_millis(0).unwrap();
        let firm = Company {
            id: Ulid::from_parts(0, 1).into(),
            name: None,
            description: None,
            domains: vec![DomainName::try_from("example.com").unwrap()],
            created_at: at,
            updated_at: at,
        };
        assert_eq!(
            serde_json::to_value(company(&firm)).unwrap(),
            json!({
                "object": "company", "id": "cmp_00000000000000000000000001",
                "created_at": "1970-01-01T00:00:00.000Z", "updated_at": "1970-01-01T00:00:00.000Z",
                "name": null, "domains": [{"domain": "example.com", "is_primary": true}],
            })
        );
        assert_eq!(
            serde_json::to_value(engagement_company(&firm)).unwrap(),
            json!({
                "object": "engagement_company", "id": "cmp_00000000000000000000000001",
                "name": null, "domains": [{"domain": "example.com", "is_primary": true}],
            })
        );
    }
}
