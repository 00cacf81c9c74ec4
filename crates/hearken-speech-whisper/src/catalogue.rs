//! The models that can be fetched: OpenAI's own, each at one revision, each file with its size and SHA-256.
//!
//! The revision is part of the address, so that what the digest was taken of cannot change behind it. A model is a decision
//! of who runs Hearken: none is fetched unless it is asked for.

use std::path::Path;

use crate::folder::{CONFIG, ModelFolder, TOKENIZER, WEIGHTS};

/// Where the public models are. Another base address may be set: a mirror with the same paths below it.
pub const PUBLIC_HOST: &str = "https://huggingface.co";

/// A model that can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownModel {
    /// Such as `base.en`.
    pub name: &'static str,
    /// Other languages than English, which it then also recognises.
    pub is_multilingual: bool,
    /// What it consists of, in the order in which it is fetched.
    pub files: [ModelFile; 3],
    repository: &'static str,
    revision: &'static str,
}

/// One file of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelFile {
    /// In the model's folder.
    pub name: &'static str,
    /// In bytes.
    pub size: u64,
    /// In lower-case hexadecimal digits.
    pub sha256: &'static str,
}

impl KnownModel {
    /// A model of the reader's own, for a host of the reader's own: at `<base>/<repository>/resolve/<revision>/<file>`.
    pub const fn new(
        name: &'static str,
        (repository, revision): (&'static str, &'static str),
        files: [ModelFile; 3],
    ) -> Self {
        let english = matches!(name.as_bytes(), [.., b'.', b'e', b'n']);
        Self { name, is_multilingual: !english, files, repository, revision }
    }

    /// Of all its files, in bytes.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Where it belongs in the folder of models.
    pub fn folder(&self, models: &Path) -> ModelFolder {
        ModelFolder::named(models, self.name)
    }

    /// The path of a file below the host's address.
    pub(crate) fn path(&self, file: &ModelFile) -> String {
        format!("{}/resolve/{}/{}", self.repository, self.revision, file.name)
    }
}

/// All of them, the smallest first.
pub fn catalogue() -> &'static [KnownModel] {
    &MODELS
}

/// The model of that name.
pub fn known(name: &str) -> Option<&'static KnownModel> {
    MODELS.iter().find(|model| model.name == name)
}

const fn file(name: &'static str, size: u64, sha256: &'static str) -> ModelFile {
    ModelFile { name, size, sha256 }
}

const ENGLISH: ModelFile =
    file(TOKENIZER, 2_405_679, "5eb60cec1e77aeeb6869a2bb5a8e01a84c3fe5d072d75369343021fe6f5310d0");
const MULTILINGUAL: ModelFile =
    file(TOKENIZER, 2_480_466, "27fc476bfe7f17299480be2273fc0608e4d5a99aba2ab5dec5374b4482d1a566");

static MODELS: [KnownModel; 9] = [
    KnownModel::new(
        "tiny",
        ("openai/whisper-tiny", "169d4a4341b33bc18d8881c4b69c2e104e1cc0af"),
        [
            file(CONFIG, 1_983, "ffdccec4f3211f4c63310f2b7098f309fe70f3952cedc5e4d11e43f5b2379b98"),
            MULTILINGUAL,
            file(WEIGHTS, 151_061_672, "7ebd0e69e78190ffe1438491fa05cc1f5c1aa3a4c4db3bc1723adbb551ea2395"),
        ],
    ),
    KnownModel::new(
        "tiny.en",
        ("openai/whisper-tiny.en", "87c7102498dcde7456f24cfd30239ca606ed9063"),
        [
            file(CONFIG, 1_937, "b5366317df280f79e6cc366f259f379674f81a8721d458acf2e00680ccb10b1d"),
            ENGLISH,
            file(WEIGHTS, 151_060_136, "db59695928ded6043adaef491a53ef4e12da9611184d77c53baa691a60b958ad"),
        ],
    ),
    KnownModel::new(
        "base",
        ("openai/whisper-base", "e37978b90ca9030d5170a5c07aadb050351a65bb"),
        [
            file(CONFIG, 1_983, "a153c53883a6799b6f056b4a8d1a515c9926d03994682ba88a7616618d7da0c1"),
            MULTILINGUAL,
            file(WEIGHTS, 290_403_936, "07cadb9f25677c8d50df603e66a98fbd842cce45047139baeb16e6219a1e807b"),
        ],
    ),
    KnownModel::new(
        "base.en",
        ("openai/whisper-base.en", "911407f4214e0e1d82085af863093ec0b66f9cd6"),
        [
            file(CONFIG, 1_937, "160c1df40a60d4ef5a6014d536fd845c33aabfd1f318458ac7f87cfe91ebbe76"),
            ENGLISH,
            file(WEIGHTS, 290_401_888, "d4dd5542fd6a1d35639e21384238f3bfe6c557c849d392b5905d33ee29e71db5"),
        ],
    ),
    KnownModel::new(
        "small",
        ("openai/whisper-small", "973afd24965f72e36ca33b3055d56a652f456b4d"),
        [
            file(CONFIG, 1_967, "e6a2b489da1b5aed65a8eb8d1e7466fa867ad5643a8bc138ba708bd56b2875c4"),
            MULTILINGUAL,
            file(WEIGHTS, 966_995_080, "1d7734884874f1a1513ed9aa760a4f8e97aaa02fd6d93a3a85d27b2ae9ca596b"),
        ],
    ),
    KnownModel::new(
        "small.en",
        ("openai/whisper-small.en", "e8727524f962ee844a7319d92be39ac1bd25655a"),
        [
            file(CONFIG, 1_943, "3441094addfb2a31ef62ea117e95bd6e437bbad8e93d3697fe420a4a6d3603a5"),
            ENGLISH,
            file(WEIGHTS, 966_992_008, "6014ac49b506df900f66f4aca6b0801eed7245594ace97bcaf73e0ae5b863066"),
        ],
    ),
    KnownModel::new(
        "large-v3-turbo",
        ("openai/whisper-large-v3-turbo", "41f01f3fe87f28c78e2fbf8b568835947dd65ed9"),
        [
            file(CONFIG, 1_256, "c5b526b3e3cd64cd8940dabb45e8ba726629e22d8ed389c29b552f9140daf04a"),
            file(TOKENIZER, 2_710_337, "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"),
            file(WEIGHTS, 1_617_824_864, "542566a422ae4f3fd23f1ba11add198fca01bbf82e66e6a2857b3f608b1eb9d1"),
        ],
    ),
    KnownModel::new(
        "medium",
        ("openai/whisper-medium", "abdf7c39ab9d0397620ccaea8974cc764cd0953e"),
        [
            file(CONFIG, 1_991, "18706810eb740d1dc54d1db181358d5f8578600d0f449e51dfd4798c0223a1f5"),
            MULTILINGUAL,
            file(WEIGHTS, 3_055_544_304, "62f73550fa6db24b0c6f6c5962bd0dae80fa644e93cde9cd9c3792971b47fd28"),
        ],
    ),
    KnownModel::new(
        "large-v3",
        ("openai/whisper-large-v3", "06f233fe06e710322aca913c1bc4249a0d71fce1"),
        [
            file(CONFIG, 1_272, "ad0e8d1e46f4d01f7861a21509e5d0f977d6cc1f367a370603c92541d819807b"),
            file(TOKENIZER, 2_480_617, "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca"),
            file(WEIGHTS, 3_087_130_976, "a8e94b85976e5864ba3e9525c7e6c83b2a1eca42d4b797a0c7c24d778e40fd95"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::FILES;

    #[test]
    fn every_model_is_complete_and_fixed() {
        let hexadecimal = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        for model in catalogue() {
            assert_eq!(model.files.map(|file| file.name), FILES, "{}", model.name);
            assert_eq!(model.revision.len(), 40);
            assert!(hexadecimal(model.revision));
            assert_eq!(model.repository, format!("openai/whisper-{}", model.name));
            assert!(model.files.iter().all(|file| file.sha256.len() == 64 && hexadecimal(file.sha256)));
            assert!(model.files[2].size > model.files[1].size);
            assert_eq!(known(model.name), Some(model));
        }
        assert!(catalogue().is_sorted_by_key(|model| model.files[2].size / 1_000_000));
        assert_eq!(known("../base"), None);
    }

    #[test]
    fn no_two_files_have_the_same_digest_but_the_shared_words() {
        let digests = catalogue().iter().flat_map(|model| model.files).filter(|file| file.name != TOKENIZER);
        let mut digests: Vec<_> = digests.map(|file| file.sha256).collect();
        digests.sort_unstable();
        assert!(digests.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
