//! From a name to its addresses: one question for A and one for AAAA, about the absolute name, and nothing that the
//! answers do not say about that very name.

use std::net::IpAddr;

use hickory_resolver::{
    net::{
        DnsError, NetError,
        xfer::{DnsHandle, FirstAnswer},
    },
    proto::{
        op::{DnsRequestOptions, Message, Query, ResponseCode},
        rr::{Name, RData, RecordType},
    },
};
use tokio::time::timeout;

use crate::{
    error::SetupError,
    names::special,
    nameservers::{Pool, pool},
    settings::EgressSettings,
};

/// The longest chain of aliases that is followed.
const MAX_ALIASES: usize = 8;

/// The most addresses that a name may have in one family. More is no host that serves recordings.
const MAX_ADDRESSES: usize = 64;

/// Why a name gives no addresses, the graver the later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DnsFault {
    /// The resolver failed or was silent.
    Unanswered { detail: String },
    /// There is no such name, no address, or no sense in the answer. Asking again will not help.
    Nothing { detail: String },
    /// It is an alias of a name that is never asked for.
    Special { detail: String },
}

/// Asks the recursive resolvers.
pub(crate) struct Resolver {
    pool: Pool,
    within: std::time::Duration,
}

impl Resolver {
    /// From the settings.
    pub(crate) fn new(settings: &EgressSettings) -> Result<Self, SetupError> {
        let within = settings.timeouts.dns;
        let pool = pool(&settings.nameservers, within).map_err(|error| SetupError::Resolver(error.to_string()))?;
        Ok(Self { pool, within })
    }

    /// The addresses of a name, IPv6 and IPv4 by turns.
    ///
    /// A family whose server fails is left out when the other has addresses: what was not seen is not dialled, and
    /// broken AAAA servers are common among honest hosts.
    pub(crate) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsFault> {
        let name = Name::from_labels(host.split('.').map(str::as_bytes))
            .map_err(|error| DnsFault::Nothing { detail: error.to_string() })?;
        let (v6, v4) = tokio::join!(self.ask(&name, RecordType::AAAA), self.ask(&name, RecordType::A));
        match (v6, v4) {
            (Ok(v6), Ok(v4)) if v6.is_empty() && v4.is_empty() => {
                Err(DnsFault::Nothing { detail: format!("{host} has no address") })
            }
            (Ok(v6), Ok(v4)) => Ok(by_turns(&v6, &v4)),
            (Ok(seen), Err(DnsFault::Unanswered { .. })) | (Err(DnsFault::Unanswered { .. }), Ok(seen))
                if !seen.is_empty() =>
            {
                Ok(seen)
            }
            (Ok(_), Err(fault)) | (Err(fault), Ok(_)) => Err(fault),
            (Err(one), Err(other)) => Err(one.max(other)),
        }
    }

    async fn ask(&self, name: &Name, kind: RecordType) -> Result<Vec<IpAddr>, DnsFault> {
        let question = self.pool.lookup(Query::query(name.clone(), kind), DnsRequestOptions::default()).first_answer();
        match timeout(self.within, question).await {
            Ok(Ok(response)) => follow(&response, name, kind),
            Ok(Err(error)) => no_answer(&error, name),
            Err(_) => Err(DnsFault::Unanswered { detail: format!("no answer for {kind} of {name} in time") }),
        }
    }
}

/// Follows the aliases inside one answer and takes the addresses at their end. Records of other owners are not looked
/// at, wherever they stand.
fn follow(response: &Message, asked: &Name, kind: RecordType) -> Result<Vec<IpAddr>, DnsFault> {
    let mut owner = asked;
    for _ in 0..=MAX_ALIASES {
        let addresses: Vec<IpAddr> = of(owner, response).filter_map(|data| address(data, kind)).collect();
        if addresses.len() > MAX_ADDRESSES {
            return Err(DnsFault::Nothing { detail: format!("{asked} has {} addresses", addresses.len()) });
        }
        if !addresses.is_empty() {
            return Ok(addresses);
        }
        let alias = of(owner, response).find_map(|data| match data {
            RData::CNAME(alias) => Some(&alias.0),
            _ => None,
        });
        let Some(alias) = alias else { return Ok(Vec::new()) };
        if let Some(why) = special(alias.to_ascii().trim_end_matches('.').to_ascii_lowercase().as_str()) {
            return Err(DnsFault::Special { detail: format!("{asked} is an alias of {alias} ({why})") });
        }
        owner = alias;
    }
    Err(DnsFault::Nothing { detail: format!("more than {MAX_ALIASES} aliases from {asked}") })
}

/// What an answer says about one owner.
fn of<'a>(owner: &'a Name, response: &'a Message) -> impl Iterator<Item = &'a RData> {
    response.answers.iter().filter(move |record| record.name == *owner).map(|record| &record.data)
}

fn address(data: &RData, kind: RecordType) -> Option<IpAddr> {
    match data {
        RData::A(ip) if kind == RecordType::A => Some(IpAddr::V4(ip.0)),
        RData::AAAA(ip) if kind == RecordType::AAAA => Some(IpAddr::V6(ip.0)),
        _ => None,
    }
}

fn no_answer(error: &NetError, name: &Name) -> Result<Vec<IpAddr>, DnsFault> {
    match error {
        // No such name, or a name without an address in this family. Some servers say the first for the second.
        NetError::Dns(DnsError::NoRecordsFound(nothing))
            if matches!(nothing.response_code, ResponseCode::NXDomain | ResponseCode::NoError) =>
        {
            Ok(Vec::new())
        }
        _ => Err(DnsFault::Unanswered { detail: format!("{name}: {error}") }),
    }
}

fn by_turns(v6: &[IpAddr], v4: &[IpAddr]) -> Vec<IpAddr> {
    let turns = (0..v6.len().max(v4.len())).flat_map(|turn| [v6.get(turn), v4.get(turn)]);
    turns.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hickory_resolver::proto::{
        op::OpCode,
        rr::{
            Record,
            rdata::{A, CNAME},
        },
    };

    use super::*;

    fn name(text: &str) -> Name {
        Name::from_labels(text.split('.').map(str::as_bytes)).unwrap()
    }

    fn answer(records: Vec<(&str, RData)>) -> Message {
        let mut message = Message::response(1, OpCode::Query);
        message.answers = records.into_iter().map(|(owner, data)| Record::from_rdata(name(owner), 60, data)).collect();
        message
    }

    fn a(last: u8) -> RData {
        RData::A(A(Ipv4Addr::new(93, 184, 215, last)))
    }

    fn alias(to: &str) -> RData {
        RData::CNAME(CNAME(name(to)))
    }

    fn followed(records: Vec<(&str, RData)>) -> Result<Vec<IpAddr>, DnsFault> {
        follow(&answer(records), &name("a.example"), RecordType::A)
    }

    #[test]
    fn addresses_of_other_owners_are_not_ours() {
        let ours = followed(vec![("b.example", a(1)), ("A.EXAMPLE", a(2)), ("x.a.example", a(3))]);
        assert_eq!(ours, Ok(vec![IpAddr::V4(Ipv4Addr::new(93, 184, 215, 2))]));
        assert_eq!(followed(vec![("b.example", a(1))]), Ok(Vec::new()));
    }

    #[test]
    fn aliases_are_followed_in_any_order_and_not_for_ever() {
        let chain = vec![("c.example", a(9)), ("b.example", alias("c.example")), ("a.example", alias("b.example"))];
        assert_eq!(followed(chain).unwrap().len(), 1);
        assert!(matches!(followed(vec![("a.example", alias("a.example"))]), Err(DnsFault::Nothing { .. })));
    }

    #[test]
    fn an_alias_of_a_special_name_is_refused() {
        for special in ["metadata.google.internal", "LOCALHOST", "x.local"] {
            let records = vec![("a.example", alias(special)), (special, a(1))];
            assert!(matches!(followed(records), Err(DnsFault::Special { .. })), "{special}");
        }
    }

    #[test]
    fn too_many_addresses_are_no_answer() {
        let many = |count: u8| (0..count).map(|last| ("a.example", a(last))).collect::<Vec<_>>();
        assert!(followed(many(64)).is_ok() && followed(many(65)).is_err());
    }

    #[test]
    fn families_take_turns() {
        let v4 = |last| IpAddr::V4(Ipv4Addr::new(1, 1, 1, last));
        let v6: IpAddr = "2606::1".parse().unwrap();
        assert_eq!(by_turns(&[v6], &[v4(1), v4(2)]), [v6, v4(1), v4(2)]);
    }
}
