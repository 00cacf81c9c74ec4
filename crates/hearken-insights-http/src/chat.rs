//! Asks the server until there is an answer of the wanted shape, or a reason why there is none.

use std::sync::atomic::{AtomicU8, Ordering};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    completion,
    error::{Failure, Fault, Misfit},
    form::{Form, Request},
    kept::{Kept, Key, key},
    server::Server,
    settings::ChatSettings,
};

/// How often a question is asked when the answer does not fit.
const TRIES: usize = 2;
/// What a model is told at its second try.
const AGAIN: &str = "\nAn earlier answer did not fit the schema. Answer with exactly one JSON object of the schema.";

/// The shape of an answer.
pub(crate) trait Answer: DeserializeOwned {
    /// The schema's name.
    const NAME: &'static str;

    /// The JSON schema.
    fn schema() -> Value;

    /// Whether it says something.
    fn is_said(&self) -> bool {
        true
    }
}

/// What is asked.
pub(crate) struct Question {
    /// The instruction.
    pub(crate) system: String,
    /// What it is about: data, whatever it says.
    pub(crate) user: String,
}

/// A chat server and what was learnt about it.
#[derive(Debug)]
pub(crate) struct Chat {
    server: Server,
    model: Option<String>,
    /// The rank of the best form that it takes.
    form: AtomicU8,
    kept: Kept,
}

/// The questions about one conversation.
pub(crate) struct Sitting<'a> {
    chat: &'a Chat,
    asked: Vec<Key>,
}

impl Chat {
    pub(crate) fn new(settings: &ChatSettings) -> Result<Self, Fault> {
        let form = AtomicU8::new(Form::Schema.rank());
        Ok(Self { server: Server::new(settings)?, model: settings.model.clone(), form, kept: Kept::default() })
    }

    /// Who answers, for people.
    pub(crate) fn name(&self) -> String {
        self.model.as_ref().map_or_else(|| "http".to_owned(), |model| format!("http ({model})"))
    }

    /// Whether the server is there and takes the key.
    pub(crate) async fn look(&self) -> Result<(), Fault> {
        self.server.look().await
    }

    /// Begins with a conversation.
    pub(crate) fn sit(&self) -> Sitting<'_> {
        Sitting { chat: self, asked: Vec::new() }
    }

    /// Asks in the best form that the server takes. A form that it refuses is not tried again once a lesser one was
    /// taken.
    async fn complete(&self, request: &Request<'_>) -> Result<Vec<u8>, Failure> {
        let mut form = Form::of_rank(self.form.load(Ordering::Relaxed));
        loop {
            let answer = self.server.complete(request.body(form)).await;
            match (answer, form.less()) {
                (Err(Failure::Answer(Misfit::Declined(400 | 422))), Some(less)) => form = less,
                (Err(failure), _) => return Err(failure),
                (Ok(answer), _) => {
                    if self.form.fetch_max(form.rank(), Ordering::Relaxed) < form.rank() {
                        tracing::info!(insights.form = ?form, "the chat server takes a lesser form of answers only");
                    }
                    return Ok(answer);
                }
            }
        }
    }
}

impl Sitting<'_> {
    /// Asks, once more when the answer does not fit.
    pub(crate) async fn ask<T: Answer>(&mut self, question: &Question) -> Result<T, Failure> {
        let key = key(T::NAME, &question.system, &question.user);
        self.asked.push(key);
        if let Some(answer) = self.chat.kept.answer(&key).and_then(|text| completion::read(&text).ok()) {
            return Ok(answer);
        }
        let mut system = question.system.clone();
        let mut tries = 1;
        loop {
            match self.answer::<T>(&system, &question.user).await {
                Ok((answer, text)) => {
                    self.chat.kept.keep(key, text);
                    return Ok(answer);
                }
                Err(Failure::Answer(misfit)) if misfit.may_pass() && tries < TRIES => {
                    system.push_str(AGAIN);
                    tries += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Takes the result: the server's failure keeps the answers for the next time, everything else lets go of them.
    pub(crate) fn end<T>(self, result: Result<T, Failure>) -> Result<Result<T, Misfit>, Fault> {
        let result = match result {
            Ok(value) => Ok(value),
            Err(Failure::Answer(misfit)) => Err(misfit),
            Err(Failure::Server(fault)) => return Err(fault),
        };
        self.chat.kept.forget(&self.asked);
        Ok(result)
    }

    async fn answer<T: Answer>(&self, system: &str, user: &str) -> Result<(T, String), Failure> {
        let request = Request { model: self.chat.model.as_deref(), name: T::NAME, schema: T::schema(), system, user };
        let text = completion::text(&self.chat.complete(&request).await?)?;
        let answer: T = completion::read(&text)?;
        if answer.is_said() { Ok((answer, text)) } else { Err(Misfit::Empty.into()) }
    }
}
