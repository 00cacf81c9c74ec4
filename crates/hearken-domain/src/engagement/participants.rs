//! Who took part: a participant is a user of the workspace, a known contact, or a contact that is made now.

use super::{Context, Participant, ResolvedParticipant, Who};
use crate::{
    directory::{Company, Contact, Matches, User},
    handle::{DomainName, EmailAddress, PhoneNumber},
    ids::{CompanyId, UserId},
    rejection::{Rejection, ViolationCode},
    text::Name,
    timeline::SuppliedSpeaker,
};

/// The answer for a whole request.
pub(super) struct Resolution {
    /// In the request's order.
    pub(super) participants: Vec<ResolvedParticipant>,
    /// To be made.
    pub(super) new_contacts: Vec<Contact>,
    /// To be made.
    pub(super) new_companies: Vec<Company>,
    users: Vec<User>,
    known_contacts: Vec<Contact>,
}

/// The user whom the request names owner, if it names one: an active user, by e-mail first, then phone.
pub(super) fn resolve_owner(participants: &[Participant], matches: &Matches) -> Result<Option<UserId>, Rejection> {
    let Some((i, owner)) = participants.iter().enumerate().find(|(_, participant)| participant.is_owner) else {
        return Ok(None);
    };
    let active: Vec<&User> = matches.users.iter().filter(|user| user.role.is_active()).collect();
    let user = by_handles(active.iter().copied(), owner.email.as_ref(), owner.phone.as_ref());
    user.map(|user| Some(user.id)).ok_or_else(|| {
        Rejection::one(
            format!("participants[{i}].is_owner"),
            ViolationCode::NotFound,
            "the owner must be an active user of the workspace, recognised by e-mail or phone; leave is_owner out to \
             let the API key's user own the engagement",
        )
    })
}

/// Whether the directory has them.
pub(super) fn is_known(participant: &Participant, matches: &Matches) -> bool {
    let (email, phone) = (participant.email.as_ref(), participant.phone.as_ref());
    by_handles(&matches.users, email, phone).is_some() || by_handles(&matches.contacts, email, phone).is_some()
}

/// Recognises every participant, and makes those whom nobody knows. The owner is who [`resolve_owner`] found.
pub(super) fn resolve(
    participants: &[Participant],
    owner: Option<UserId>,
    matches: &Matches,
    context: &Context<'_>,
) -> Resolution {
    let mut resolution = Resolution {
        participants: Vec::with_capacity(participants.len()),
        new_contacts: Vec::new(),
        new_companies: Vec::new(),
        users: matches.users.clone(),
        known_contacts: matches.contacts.clone(),
    };
    for participant in participants {
        let (who, company) = match owner.filter(|_| participant.is_owner) {
            Some(owner) => (Who::User(owner), None),
            None => resolution.place(participant, &matches.companies, context),
        };
        resolution.participants.push(ResolvedParticipant {
            name: participant.name.clone(),
            email: participant.email.clone(),
            phone: participant.phone.clone(),
            who,
            company,
            is_owner: participant.is_owner,
            channel: participant.channel,
        });
    }
    resolution
}

impl Resolution {
    /// Who a speaker of a timeline is, among the users and contacts that are known or were made for the participants.
    pub(super) fn recognise(&self, speaker: &SuppliedSpeaker) -> Option<Who> {
        let (email, phone) = (speaker.email.as_ref(), speaker.phone.as_ref());
        by_handles(&self.users, email, phone).map(|user| Who::User(user.id)).or_else(|| {
            let contacts = self.known_contacts.iter().chain(&self.new_contacts);
            by_handles(contacts, email, phone).map(|contact| Who::Contact(contact.id))
        })
    }

    fn place(
        &mut self,
        participant: &Participant,
        companies: &[Company],
        context: &Context<'_>,
    ) -> (Who, Option<CompanyId>) {
        let (email, phone) = (participant.email.as_ref(), participant.phone.as_ref());
        if let Some(user) = by_handles(&self.users, email, phone) {
            return (Who::User(user.id), None);
        }
        if let Some(contact) = by_handles(self.known_contacts.iter().chain(&self.new_contacts), email, phone) {
            return (Who::Contact(contact.id), contact.company);
        }
        let company = email.and_then(|email| self.company_of(&email.domain(), companies, context));
        let contact = new_contact(participant, company, context);
        let who = Who::Contact(contact.id);
        self.new_contacts.push(contact);
        (who, company)
    }

    /// The company of an e-mail domain: known, made a moment ago, or made now. A public provider's domain has none.
    fn company_of(&mut self, domain: &DomainName, known: &[Company], context: &Context<'_>) -> Option<CompanyId> {
        if domain.is_public_mail_provider() {
            return None;
        }
        if let Some(company) = known.iter().chain(&self.new_companies).find(|company| company.domains.contains(domain))
        {
            return Some(company.id);
        }
        let company = Company {
            id: context.id(),
            // A company must be findable; until somebody names it, its domain is its name.
            name: Name::try_from(domain.as_str()).ok(),
            description: None,
            domains: vec![domain.clone()],
            created_at: context.now,
            updated_at: context.now,
        };
        let id = company.id;
        self.new_companies.push(company);
        Some(id)
    }
}

fn new_contact(participant: &Participant, company: Option<CompanyId>, context: &Context<'_>) -> Contact {
    let (first_name, last_name) = participant.name.as_ref().map_or((None, None), split_name);
    Contact {
        id: context.id(),
        first_name,
        last_name,
        description: None,
        company,
        emails: participant.email.iter().cloned().collect(),
        phones: participant.phone.iter().cloned().collect(),
        time_zone: None,
        created_at: context.now,
        updated_at: context.now,
    }
}

/// The first word, and the rest.
fn split_name(name: &Name) -> (Option<Name>, Option<Name>) {
    let text = name.as_str().trim();
    let (first, last) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (Name::try_from(first).ok(), Name::try_from(last.trim()).ok())
}

/// Somebody who can be recognised.
trait Reachable {
    fn emails(&self) -> &[EmailAddress];
    fn phones(&self) -> &[PhoneNumber];
}

impl Reachable for User {
    fn emails(&self) -> &[EmailAddress] {
        &self.emails
    }

    fn phones(&self) -> &[PhoneNumber] {
        &self.phones
    }
}

impl Reachable for Contact {
    fn emails(&self) -> &[EmailAddress] {
        &self.emails
    }

    fn phones(&self) -> &[PhoneNumber] {
        &self.phones
    }
}

/// The first with the e-mail; failing that, the first with the phone.
fn by_handles<'a, T: Reachable + 'a>(
    people: impl IntoIterator<Item = &'a T, IntoIter: Clone>,
    email: Option<&EmailAddress>,
    phone: Option<&PhoneNumber>,
) -> Option<&'a T> {
    let people = people.into_iter();
    email
        .and_then(|email| people.clone().find(|person| person.emails().contains(email)))
        .or_else(|| phone.and_then(|phone| people.clone().find(|person| has_phone(*person, phone))))
}

fn has_phone(person: &impl Reachable, phone: &PhoneNumber) -> bool {
    person.phones().iter().any(|theirs| theirs.is_same_as(phone))
}
