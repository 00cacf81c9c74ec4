//! Things to do: who, what, until when.
//!
//! A sentence is searched for leads ("I'll", "could you", "we need to"); what follows one is the thing to do. An answer
//! ("sure, I'll send it tomorrow") is no second thing but adds to the request before it, and so does a repetition.

mod item;
mod lead;
mod opening;
mod title;
mod verbs;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use hearken_domain::insight::{Conversation, FoundActionItem, MAX_FINDINGS};

use self::{
    item::Item,
    title::{Pronouns, title},
};
pub(crate) use self::{
    lead::{Doer, Kind, Lead, leads},
    verbs::is_task,
};
use crate::{due, language::Language, people::People, said::Said, sentences::sentences, words::clipped};

/// How far back the same thing may have been said.
const MEMORY: usize = 200;
/// Characters of a description at most.
const DESCRIPTION: usize = 2000;
/// Words of a promise that answers a request in other words.
const SHORT_ANSWER: usize = 9;

/// Reads a conversation's sentences in their order and keeps what is to be done.
pub(crate) struct Actions<'c> {
    conversation: &'c Conversation,
    people: &'c People<'c>,
    english: Language,
    today: Option<NaiveDate>,
    items: Vec<Item>,
    /// The last speakers, the present one last.
    speakers: Vec<usize>,
}

/// One lead in its sentence.
struct Clause<'a, 's> {
    said: &'a Said<'s>,
    lead: Lead,
    plain: Vec<&'a str>,
}

impl<'c> Actions<'c> {
    /// None yet.
    pub(crate) fn new(conversation: &'c Conversation, people: &'c People<'c>) -> Self {
        let today = due::day_of(conversation.start_at);
        Self { conversation, people, english: Language::english(), today, items: Vec::new(), speakers: Vec::new() }
    }

    /// A turn begins: it may answer what was asked in the one before.
    pub(crate) fn turn(&mut self, sentences: &[Said<'_>]) {
        let Some(first) = sentences.first() else { return };
        if self.speakers.last() != Some(&first.speaker) {
            self.speakers.push(first.speaker);
            if self.speakers.len() > 2 {
                self.speakers.remove(0);
            }
        }
        let Some(at) = self.items.iter().rposition(|item| item.is_request && item.turn + 1 == first.turn) else {
            return;
        };
        let words = first.plain();
        if self.items[at].speaker == first.speaker {
            return;
        }
        if is_refusal(&words) {
            self.items.remove(at);
        } else if is_acceptance(&words) {
            let promised = sentences.iter().take(2).find_map(|said| self.due(&said.plain()));
            let item = &mut self.items[at];
            if item.doer.is_none() && item.found.assignee.is_none() {
                item.doer = Some(first.speaker);
                item.found.assignee = self.people.name(first.speaker).map(|name| clipped(name, 255));
            }
            item.found.due_at = item.found.due_at.or(promised);
        }
    }

    /// Reads one sentence, given its leads.
    pub(crate) fn read(&mut self, said: &Said<'_>, leads: &[Lead]) {
        for lead in leads {
            let clause = Clause { said, lead: *lead, plain: said.plain() };
            self.add(&clause);
        }
        if self.items.len() >= 4 * MAX_FINDINGS {
            self.keep_the_surest(2 * MAX_FINDINGS);
        }
    }

    /// What is to be done, in the conversation's order.
    pub(crate) fn finish(mut self) -> Vec<FoundActionItem> {
        for item in &mut self.items {
            if item.is_request && item.found.assignee.is_none() {
                let doer = self.people.counterpart(item.speaker);
                item.found.assignee = doer.and_then(|doer| self.people.name(doer)).map(|name| clipped(name, 255));
            }
        }
        self.keep_the_surest(MAX_FINDINGS);
        self.items.into_iter().map(|item| item.found).collect()
    }

    fn keep_the_surest(&mut self, most: usize) {
        let order: Vec<f64> = self.items.iter().map(|item| item.confidence).collect();
        let mut kept = crate::surest::positions(&order, most).into_iter().peekable();
        let mut at = 0;
        self.items.retain(|_| {
            at += 1;
            kept.next_if_eq(&(at - 1)).is_some()
        });
    }

    fn add(&mut self, clause: &Clause<'_, '_>) {
        let speaker = clause.said.speaker;
        let doer = self.doer(clause);
        let is_own = matches!(clause.lead.kind, Kind::Promise | Kind::Offer | Kind::Delivery | Kind::OwnDuty);
        let terms = self.terms(clause);
        let due_at = self
            .due(&clause.plain[clause.lead.verb..clause.lead.end])
            .or_else(|| self.due_before(&clause.plain[..clause.lead.from]));
        if clause.lead.kind == Kind::Offer && due_at.is_none() {
            return;
        }
        if clause.lead.kind == Kind::WePromise
            && !verbs::is_later_task(&clause.plain[clause.lead.verb..clause.lead.end])
        {
            return;
        }
        let Some(title) = self.title(clause) else { return };
        let found = FoundActionItem {
            title,
            description: Some(self.description(clause)),
            assignee: self.assignee(clause, doer),
            due_at,
            span_ms: clause.said.span_ms(self.conversation),
        };
        // Nothing of its own is named: "I'll do that".
        let is_vague = terms.len() < 2;
        if let Some(at) = self.meant(clause, &terms, is_own) {
            self.items[at].learn(&found);
            return;
        }
        let names_a_task = clause.plain.get(clause.lead.verb).is_some_and(|verb| verbs::is_task(verb));
        let is_takeover =
            matches!(clause.plain.get(clause.lead.verb), Some(&("take" | "add" | "put" | "get" | "send" | "give")));
        if is_vague && (!names_a_task || is_takeover) {
            return;
        }
        let is_request = matches!(clause.lead.kind, Kind::Request | Kind::Need)
            || (clause.lead.kind == Kind::Duty && clause.said.has_question_mark());
        let confidence = sureness(clause.lead.kind) + if due_at.is_some() { 0.1 } else { 0.0 };
        self.items.push(Item { turn: clause.said.turn, speaker, is_request, doer, terms, confidence, found });
    }

    /// The item that a clause only speaks of again.
    fn meant(&self, clause: &Clause<'_, '_>, terms: &BTreeSet<String>, is_own: bool) -> Option<usize> {
        let (turn, speaker) = (clause.said.turn, clause.said.speaker);
        let is_vague = terms.len() < 2;
        let from = self.items.len().saturating_sub(MEMORY);
        for (at, item) in self.items.iter().enumerate().skip(from).rev() {
            let likeness = item.likeness(terms);
            let answers =
                is_own && item.is_request && item.speaker != speaker && item.doer.is_none_or(|doer| doer == speaker);
            let is_near = item.turn + 2 >= turn;
            let is_short = clause.lead.end - clause.lead.verb <= SHORT_ANSWER;
            let is_direct = item.turn + 1 == turn && clause.said.sentence.at < 40 && clause.lead.from < 4 && is_short;
            let of_same_turn = is_vague && item.turn == turn && item.speaker == speaker && item.found.due_at.is_none();
            let repeats = likeness >= 0.75 && terms.len() > 1 && (is_near || item.terms.len() > 2);
            if (answers && is_near && (is_vague || likeness >= 0.3 || is_direct)) || of_same_turn || repeats {
                return Some(at);
            }
            if is_vague && !is_near {
                break;
            }
        }
        None
    }

    fn doer(&self, clause: &Clause<'_, '_>) -> Option<usize> {
        let speaker = clause.said.speaker;
        match clause.lead.kind {
            Kind::Promise | Kind::Offer | Kind::Delivery | Kind::OwnDuty => Some(speaker),
            Kind::Request | Kind::Need => {
                let called = self.people.addressed(&clause.said.words, clause.said.text(), speaker);
                called.or_else(|| self.people.other(speaker))
            }
            Kind::Named(Doer::Speaker(somebody)) => Some(somebody),
            Kind::Named(Doer::Word(..)) | Kind::WePromise | Kind::Duty | Kind::Marked => None,
        }
    }

    fn assignee(&self, clause: &Clause<'_, '_>, doer: Option<usize>) -> Option<String> {
        if let Kind::Named(Doer::Word(from, to)) = clause.lead.kind {
            let words = &clause.said.words;
            return Some(clipped(&clause.said.text()[words[from].at..words[to].end()], 255));
        }
        doer.and_then(|doer| self.people.name(doer)).map(|name| clipped(name, 255))
    }

    fn title(&self, clause: &Clause<'_, '_>) -> Option<String> {
        let words = &clause.said.words;
        let end = words.get(clause.lead.end).map_or(clause.said.text().len(), |word| word.at);
        let text = &clause.said.text()[words[clause.lead.verb].at..end];
        let speaker = clause.said.speaker;
        let listener =
            self.people.other(speaker).or_else(|| self.speakers.iter().copied().find(|other| *other != speaker));
        let mut pronouns = Pronouns::default();
        match clause.lead.kind {
            Kind::Request | Kind::Need | Kind::Named(_) => pronouns.me = self.people.called(speaker),
            Kind::Promise | Kind::Offer | Kind::OwnDuty | Kind::Delivery => {
                pronouns.you = listener.and_then(|listener| self.people.called(listener));
            }
            Kind::WePromise | Kind::Duty | Kind::Marked => {}
        }
        if clause.lead.kind == Kind::Need {
            return title(&format!("provide {text}"), pronouns, self.today);
        }
        if clause.lead.kind == Kind::Delivery && clause.plain[clause.lead.verb] == "hear" {
            return title("get back to you", pronouns, self.today);
        }
        if clause.lead.kind == Kind::Delivery {
            let thing = text.split_once(' ').map_or("", |(_, thing)| thing).replace(" from me", "");
            return title(&format!("deliver {thing}"), pronouns, self.today);
        }
        title(text, pronouns, self.today)
    }

    /// What a clause is about: the verb, and every word of meaning that names no date.
    fn terms(&self, clause: &Clause<'_, '_>) -> BTreeSet<String> {
        let words = &clause.plain[clause.lead.verb..clause.lead.end];
        let dated = self.today.and_then(|today| due::find(words, today)).map_or(0..0, |due| due.words);
        let named = words.iter().enumerate().skip(1).filter(|(at, _)| !dated.contains(at));
        let named = named.filter_map(|(_, word)| self.english.term(word));
        words.first().map(|verb| self.english.stem(verb)).into_iter().chain(named).collect()
    }

    /// The sentence; with the one before it when this one only says "it".
    fn description(&self, clause: &Clause<'_, '_>) -> String {
        let said = clause.said;
        let object = clause.plain.get(clause.lead.verb + 1).copied().unwrap_or_default();
        let turn = &self.conversation.turns[said.turn].text;
        let before = &turn[..said.sentence.at];
        let from = sentences(before).last().map(|sentence| sentence.at);
        match from {
            Some(from) if matches!(object, "it" | "that" | "this" | "them" | "her" | "him" | "those") => {
                clipped(&turn[from..said.sentence.at + said.text().len()], DESCRIPTION)
            }
            _ => clipped(said.text(), DESCRIPTION),
        }
    }

    /// The day that is named right before a lead: "by Friday I'll send it".
    fn due_before(&self, words: &[&str]) -> Option<hearken_domain::time::Timestamp> {
        let last = words.len().saturating_sub(8);
        let due = due::find(&words[last..], self.today?)?;
        (last + due.words.end == words.len()).then(|| due.moment())?
    }

    fn due(&self, words: &[&str]) -> Option<hearken_domain::time::Timestamp> {
        due::find(words, self.today?)?.moment()
    }
}

fn sureness(kind: Kind) -> f64 {
    match kind {
        Kind::Marked => 0.9,
        Kind::Promise | Kind::Request => 0.8,
        Kind::Delivery | Kind::Need | Kind::Named(_) => 0.7,
        Kind::WePromise | Kind::Offer | Kind::OwnDuty => 0.6,
        Kind::Duty => 0.5,
    }
}

fn is_refusal(words: &[&str]) -> bool {
    matches!(words, ["no" | "nope", ..]) && !matches!(words, ["no", "problem" | "worries", ..])
}

#[expect(clippy::unnested_or_patterns, reason = "each line is one way to say yes")]
fn is_acceptance(words: &[&str]) -> bool {
    matches!(
        words,
        [
            "yes"
                | "yeah"
                | "yep"
                | "sure"
                | "okay"
                | "ok"
                | "absolutely"
                | "certainly"
                | "gladly"
                | "perfect"
                | "fine",
            ..
        ] | ["i" | "i'll", ..]
            | ["of", "course", ..]
            | ["will", "do", ..]
            | ["no", "problem" | "worries", ..]
            | ["happy", "to", ..]
            | ["got", "it", ..]
            | ["leave", "it" | "that", "with", "me", ..]
            | ["i'm", "on", "it", ..]
            | ["on", "it", ..]
            | ["send", "it", ..]
            | ["that'll", "be", "me", ..]
    )
}
