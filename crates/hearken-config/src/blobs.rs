//! `blobs`: where recordings are stored, and how long links to them hold.
//!
//! Access keys for S3 are not settings: they come from the usual AWS variables, which the adapter reads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::error::ConfigError;
use crate::form::{Form, PLAIN_TEXT, WEB_BASE};
use crate::merged::Merged;
use crate::page::Page;
use crate::quantity::{duration_text, parse_duration};

/// What S3 allows at most for a signed link.
const LONGEST_LINK: Duration = Duration::from_hours(168);
const SHORTEST_LINK: Duration = Duration::from_secs(1);

const LINK_TTL: Form<Duration> =
    Form { accepted: "a duration from 1s to 7d in whole seconds", example: "15m", parse: parse_link_ttl };

const PLACE: Form<Place> = Form {
    accepted: "file://<path> or s3://<bucket>/<prefix>",
    example: "s3://recordings/hearken",
    parse: parse_place,
};

/// The blob store and its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blobs {
    /// Which store.
    pub location: BlobLocation,
    /// Life of a signed link: whole seconds, from one second to seven days.
    pub link_ttl: Duration,
}

/// A blob store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobLocation {
    /// A folder on this machine, which may not exist yet.
    File {
        /// The folder, taken literally: nothing in it is percent-decoded.
        path: PathBuf,
    },
    /// A bucket.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// What every key starts with: segments with single slashes between, none at the ends; may be empty.
        prefix: String,
        /// The server, if it is not Amazon's.
        endpoint: Option<Url>,
        /// The region, if it is not left to the AWS variables.
        region: Option<String>,
    },
}

/// What `blobs.url` alone says.
enum Place {
    Folder(PathBuf),
    Bucket { bucket: String, prefix: String },
}

impl Blobs {
    pub(crate) fn read(merged: &Merged, data_dir: &Path) -> Result<Self, ConfigError> {
        let place = merged.optional("blobs.url", &PLACE)?;
        let endpoint = merged.optional("blobs.endpoint", &Form { example: "https://s3.example.org", ..WEB_BASE })?;
        let region = merged.optional("blobs.region", &Form { example: "eu-central-1", ..PLAIN_TEXT })?;
        let location = match place {
            None => BlobLocation::File { path: data_dir.join("blobs") },
            Some(Place::Folder(path)) => BlobLocation::File { path },
            Some(Place::Bucket { bucket, prefix }) => BlobLocation::S3 { bucket, prefix, endpoint, region },
        };
        Ok(Self { location, link_ttl: merged.required("blobs.link_ttl", &LINK_TTL)? })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        match &self.location {
            BlobLocation::File { path } => {
                page.text("blobs.url", format_args!("file://{}", path.display()));
                page.unset("blobs.endpoint");
                page.unset("blobs.region");
            }
            BlobLocation::S3 { bucket, prefix, endpoint, region } => {
                page.text("blobs.url", format_args!("s3://{bucket}/{prefix}"));
                page.optional("blobs.endpoint", endpoint.as_ref());
                page.optional("blobs.region", region.as_ref());
            }
        }
        page.text("blobs.link_ttl", duration_text(self.link_ttl));
    }
}

fn parse_place(text: &str) -> Result<Place, String> {
    if let Some(path) = text.strip_prefix("file://") {
        if path.trim().is_empty() {
            return Err(format!("`{text}` names no folder"));
        }
        return Ok(Place::Folder(PathBuf::from(path)));
    }
    match text.strip_prefix("s3://") {
        Some(rest) => parse_bucket(rest),
        None => Err("it starts with neither file:// nor s3://".to_owned()),
    }
}

/// What goes wrong here is not repeated: people put access keys before the bucket.
fn parse_bucket(text: &str) -> Result<Place, String> {
    let (bucket, prefix) = text.split_once('/').unwrap_or((text, ""));
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(allowed) {
        return Err("its bucket is not of 3 to 63 letters, digits, dots and hyphens".to_owned());
    }
    let prefix = prefix.trim_matches('/');
    let bad = |segment: &str| matches!(segment, "" | "." | "..") || segment.contains(['?', '#', '\\']);
    if !prefix.is_empty() && prefix.split('/').any(bad) {
        return Err("its prefix has an empty segment, `.`, `..`, `?`, `#` or a backslash".to_owned());
    }
    Ok(Place::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
}

fn parse_link_ttl(text: &str) -> Result<Duration, String> {
    let ttl = parse_duration(text)?;
    if !(SHORTEST_LINK..=LONGEST_LINK).contains(&ttl) {
        return Err(format!("`{text}` is out of range"));
    }
    if ttl.subsec_nanos() != 0 {
        return Err(format!("`{text}` is not of whole seconds"));
    }
    Ok(ttl)
}
