//! The text of an API key: `sk-apik_<id>.<secret>`, the secret being 32 random bytes in base 62 and a checksum.
//!
//! The checksum lets a mistyped or invented token be refused without asking the database.

use hearken_domain::{
    access::{ApiToken, SecretDigest},
    ids::ApiKeyId,
};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 256 bits in base 62.
const SECRET_LENGTH: usize = 43;
/// 32 bits in base 62.
const CHECKSUM_LENGTH: usize = 6;

/// Makes the token of a new key, and the digest that is stored of it.
pub fn issue(id: ApiKeyId, random: [u8; 32]) -> (ApiToken, SecretDigest) {
    let mut secret = base62(random, SECRET_LENGTH);
    secret.push_str(&checksum(id, &secret));
    let digest = digest(&secret);
    (ApiToken::new(id, &SecretString::from(secret)), digest)
}

/// Reads a token; `None` when it cannot be one that we issued.
pub fn parse(text: &str) -> Option<(ApiKeyId, SecretDigest)> {
    let (id, secret) = text.strip_prefix("sk-")?.split_once('.')?;
    let id: ApiKeyId = id.parse().ok()?;
    if secret.len() != SECRET_LENGTH + CHECKSUM_LENGTH || !secret.bytes().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let (random, sum) = secret.split_at(SECRET_LENGTH);
    (checksum(id, random) == sum).then(|| (id, digest(secret)))
}

fn digest(secret: &str) -> SecretDigest {
    SecretDigest(Sha256::digest(secret.as_bytes()).into())
}

fn checksum(id: ApiKeyId, random: &str) -> String {
    let digest = Sha256::new().chain_update(id.to_string()).chain_update(".").chain_update(random).finalize();
    let mut bytes = [0; 32];
    bytes[28..].copy_from_slice(&digest[..4]);
    base62(bytes, CHECKSUM_LENGTH)
}

/// A big-endian number in base 62, with leading zeros up to the length.
fn base62(mut number: [u8; 32], length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).expect("the rest is below 62, so the quotient is below 256");
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    String::from_utf8(digits).expect("the digits are ASCII")
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::Ulid;

    use super::*;

    fn id() -> ApiKeyId {
        Ulid::from_parts(1_700_000_000_000, 7).into()
    }

    #[test]
    fn an_issued_token_is_read_back() {
        for random in [[0; 32], [255; 32], [7; 32]] {
            let (token, digest) = issue(id(), random);
            let (read, again) = parse(token.expose()).unwrap();
            assert_eq!(read, id());
            assert!(digest.matches(&again));
        }
    }

    #[test]
    fn a_changed_token_is_refused_without_a_look() {
        let (token, _) = issue(id(), [9; 32]);
        let text = token.expose();
        for i in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[i] = if changed[i] == b'X' { b'Y' } else { b'X' };
            assert!(parse(std::str::from_utf8(&changed).unwrap()).is_none(), "{i}");
        }
        for text in ["", "sk-", "Bearer x", &text[..text.len() - 1], &format!("{text}a")] {
            assert!(parse(text).is_none());
        }
    }
}
