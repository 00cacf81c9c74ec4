//! A model on disk: a folder with three files, as Hugging Face lays Whisper models out.

use std::path::{Path, PathBuf};

use crate::catalogue::known;

/// Sizes of the network and the tokens it never says.
pub(crate) const CONFIG: &str = "config.json";
/// The words.
pub(crate) const TOKENIZER: &str = "tokenizer.json";
/// The numbers.
pub(crate) const WEIGHTS: &str = "model.safetensors";

/// The files of a model, in the order in which they are fetched: the largest last, so that a folder in which it stands
/// is whole.
pub(crate) const FILES: [&str; 3] = [CONFIG, TOKENIZER, WEIGHTS];

/// Where a model is, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFolder {
    name: String,
    path: PathBuf,
    can_be_pulled: bool,
}

impl ModelFolder {
    /// The folder of a model in the folder of all models, or the folder that `model` is the path of.
    pub(crate) fn named(models: &Path, model: &str) -> Self {
        let given = Path::new(model);
        if model.contains(std::path::is_separator) {
            let name = given.file_name().map_or_else(|| model.to_owned(), |name| name.to_string_lossy().into_owned());
            return Self { name, path: given.to_owned(), can_be_pulled: false };
        }
        Self { name: model.to_owned(), path: models.join(model), can_be_pulled: known(model).is_some() }
    }

    /// The model's name, such as `base.en`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files that are not there, of `config.json`, `tokenizer.json` and `model.safetensors`; none where the model
    /// can be loaded. What is in them is not looked at.
    pub fn missing(&self) -> Vec<&'static str> {
        FILES.into_iter().filter(|file| !self.path.join(file).is_file()).collect()
    }

    /// What to do about files that are not there or not right.
    pub(crate) fn advice(&self) -> String {
        if self.can_be_pulled {
            format!("`hearken models pull {}` fetches it", self.name)
        } else {
            "`hearken models list` shows those that can be fetched".to_owned()
        }
    }

    /// A model that knows English only answers to no language token.
    pub(crate) fn is_english_only(&self) -> bool {
        Path::new(&self.name).extension().is_some_and(|language| language == "en")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_looked_for_among_the_models_and_a_path_is_taken_as_it_is() {
        let folder = ModelFolder::named(Path::new("/data/models"), "base.en");
        assert_eq!((folder.name(), folder.path()), ("base.en", Path::new("/data/models/base.en")));
        assert!(folder.is_english_only());
        assert_eq!(folder.advice(), "`hearken models pull base.en` fetches it");
        let folder = ModelFolder::named(Path::new("/data/models"), "/srv/whisper/own");
        assert_eq!((folder.name(), folder.path()), ("own", Path::new("/srv/whisper/own")));
        assert!(!folder.is_english_only());
        assert!(!folder.advice().contains("own"));
    }
}
