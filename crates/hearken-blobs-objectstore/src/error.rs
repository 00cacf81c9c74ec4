//! What a failure means to the port: the one mapping of both places' errors.

use std::{error::Error, io};

use hearken_domain::ports::{BlobError, BlobErrorKind};
use object_store::client::HttpError;

/// A failure of the local disk.
pub(crate) fn of_disk(error: io::Error) -> BlobError {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobErrorKind::Full,
        io::ErrorKind::NotFound => BlobErrorKind::NotFound,
        _ => BlobErrorKind::Broken,
    };
    BlobError { kind, source: Box::new(error) }
}

/// A failure of the bucket.
pub(crate) fn of_bucket(error: object_store::Error) -> BlobError {
    let kind = match &error {
        object_store::Error::NotFound { .. } => BlobErrorKind::NotFound,
        object_store::Error::Generic { .. } => kind_of_generic(&error),
        _ => BlobErrorKind::Broken,
    };
    BlobError { kind, source: Box::new(error) }
}

/// A failure while writing: that something is not there means the folder or the bucket, not the blob.
pub(crate) fn of_writing(error: BlobError) -> BlobError {
    match error.kind {
        BlobErrorKind::NotFound => BlobError { kind: BlobErrorKind::Broken, source: error.source },
        BlobErrorKind::Unavailable | BlobErrorKind::Full | BlobErrorKind::Broken => error,
    }
}

/// Anything that is a defect of ours or of the installation.
pub(crate) fn broken(source: impl Into<Box<dyn Error + Send + Sync>>) -> BlobError {
    BlobError { kind: BlobErrorKind::Broken, source: source.into() }
}

/// `object_store` keeps its error with the status private and shows it in the text only.
fn kind_of_generic(error: &object_store::Error) -> BlobErrorKind {
    let text = error.to_string();
    match status_in(&text) {
        Some(507) => BlobErrorKind::Full,
        Some(429 | 500..) => BlobErrorKind::Unavailable,
        // An error within a good answer is S3's way to say that it could not finish in time.
        None if text.contains("Server returned error response") || is_of_transport(error) => BlobErrorKind::Unavailable,
        Some(_) | None => BlobErrorKind::Broken,
    }
}

fn status_in(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("status code: ")?;
    rest.get(..3)?.parse().ok()
}

fn is_of_transport(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<HttpError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use object_store::client::HttpErrorKind;

    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        let kind = |kind: io::ErrorKind| of_disk(io::Error::from(kind)).kind;
        assert_eq!(kind(io::ErrorKind::StorageFull), BlobErrorKind::Full);
        assert_eq!(kind(io::ErrorKind::QuotaExceeded), BlobErrorKind::Full);
        assert_eq!(kind(io::ErrorKind::NotFound), BlobErrorKind::NotFound);
        assert_eq!(kind(io::ErrorKind::PermissionDenied), BlobErrorKind::Broken);
        // Linux's ENOSPC, as the system gives it.
        assert_eq!(of_disk(io::Error::from_raw_os_error(28)).kind, BlobErrorKind::Full);
    }

    #[test]
    fn a_buckets_answers_have_meanings() {
        let generic = |text: &str| object_store::Error::Generic { store: "S3", source: text.into() };
        let kind = |text: &str| of_bucket(generic(text)).kind;
        assert_eq!(kind("Server returned non-2xx status code: 503 Service Unavailable: "), BlobErrorKind::Unavailable);
        assert_eq!(kind("Server returned non-2xx status code: 429 Too Many Requests: "), BlobErrorKind::Unavailable);
        assert_eq!(kind("Server returned non-2xx status code: 507 Insufficient Storage: "), BlobErrorKind::Full);
        assert_eq!(kind("Server returned non-2xx status code: 416 Range Not Satisfiable: "), BlobErrorKind::Broken);
        assert_eq!(kind("Server returned error response: <Error/>"), BlobErrorKind::Unavailable);
        assert_eq!(kind("something else"), BlobErrorKind::Broken);

        let refused = HttpError::new(HttpErrorKind::Connect, io::Error::from(io::ErrorKind::ConnectionRefused));
        let refused = object_store::Error::Generic { store: "S3", source: Box::new(refused) };
        assert_eq!(of_bucket(refused).kind, BlobErrorKind::Unavailable);
        let missing = object_store::Error::NotFound { path: "a".to_owned(), source: "gone".into() };
        assert_eq!(of_bucket(missing).kind, BlobErrorKind::NotFound);
    }

    #[test]
    fn a_missing_folder_is_no_missing_blob() {
        let missing = of_disk(io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(of_writing(missing).kind, BlobErrorKind::Broken);
    }
}
