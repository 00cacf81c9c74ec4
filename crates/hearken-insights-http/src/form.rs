//! How a server is told the form of an answer. Not every server knows every way.

use std::fmt::Write;

use serde_json::{Value, json};

/// A way to ask for JSON, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The server holds the model to the schema.
    Schema,
    /// The server holds the model to JSON; the schema stands in the instruction.
    Object,
    /// The instruction only.
    Words,
}

/// What is asked, and the form of its answer.
pub(crate) struct Request<'a> {
    pub(crate) model: Option<&'a str>,
    pub(crate) name: &'static str,
    pub(crate) schema: Value,
    pub(crate) system: &'a str,
    pub(crate) user: &'a str,
}

impl Form {
    /// What a server that refuses this may still take.
    pub(crate) fn less(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Object),
            Self::Object => Some(Self::Words),
            Self::Words => None,
        }
    }

    /// As a number that grows as the form gets less.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Schema => 0,
            Self::Object => 1,
            Self::Words => 2,
        }
    }

    /// The form of this rank.
    pub(crate) fn of_rank(rank: u8) -> Self {
        match rank {
            0 => Self::Schema,
            1 => Self::Object,
            _ => Self::Words,
        }
    }
}

impl Request<'_> {
    /// The request's body. Neither a temperature nor a length is asked for: some models refuse to be told.
    pub(crate) fn body(&self, form: Form) -> String {
        let mut system = self.system.to_owned();
        if form != Form::Schema {
            write!(system, "\nAnswer with one JSON object and nothing else. Its JSON schema: {}", self.schema)
                .expect("a string takes everything");
        }
        let mut body = json!({
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": self.user}],
            "stream": false,
        });
        if let Some(model) = self.model {
            body["model"] = json!(model);
        }
        match form {
            Form::Schema => {
                let schema = json!({"name": self.name, "strict": true, "schema": self.schema});
                body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
            }
            Form::Object => body["response_format"] = json!({"type": "json_object"}),
            Form::Words => {}
        }
        body.to_string()
    }
}

/// The schema of an object that has all of these properties and no others, as the strict mode wants it.
pub(crate) fn object(properties: Value) -> Value {
    let names: Vec<&String> = properties.as_object().map(|all| all.keys().collect()).unwrap_or_default();
    json!({"type": "object", "required": names, "additionalProperties": false, "properties": properties})
}
