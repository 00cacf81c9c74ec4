//! Between columns and the domain's types. A value that does not fit says where it stands instead of being guessed at.

use std::str::FromStr;

use hearken_domain::{
    ids::{Id, Ulid},
    time::Timestamp,
};

use crate::error::Misfit;

/// An id as stored: the 26 characters of the ULID, which sort by age on both engines.
pub(crate) fn key(id: impl Id) -> String {
    let mut buffer = [0; 26];
    id.ulid().array_to_str(&mut buffer).to_owned()
}

/// Ids as stored.
pub(crate) fn keys<T: Id>(ids: &[T]) -> Vec<String> {
    ids.iter().copied().map(key).collect()
}

/// A count as stored. Nothing that is counted comes near the end of the range, so the bound changes no value.
pub(crate) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A position in a list as stored.
pub(crate) fn position(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// Where the values of a row stand.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// What the row is known by.
    pub(crate) row: &'a str,
}

impl Place<'_> {
    pub(crate) fn misfit(self, column: &'static str) -> Misfit {
        Misfit { table: self.table, column, row: self.row.to_owned() }
    }

    pub(crate) fn id<T: Id>(self, column: &'static str, text: &str) -> Result<T, Misfit> {
        Ulid::from_string(text).map(T::from).map_err(|_| self.misfit(column))
    }

    pub(crate) fn maybe_id<T: Id>(self, column: &'static str, text: Option<&str>) -> Result<Option<T>, Misfit> {
        text.map(|text| self.id(column, text)).transpose()
    }

    pub(crate) fn time(self, column: &'static str, millis: i64) -> Result<Timestamp, Misfit> {
        Timestamp::from_unix_millis(millis).ok_or_else(|| self.misfit(column))
    }

    pub(crate) fn maybe_time(self, column: &'static str, millis: Option<i64>) -> Result<Option<Timestamp>, Misfit> {
        millis.map(|millis| self.time(column, millis)).transpose()
    }

    pub(crate) fn text<T: TryFrom<String>>(self, column: &'static str, text: String) -> Result<T, Misfit> {
        T::try_from(text).map_err(|_| self.misfit(column))
    }

    pub(crate) fn maybe_text<T>(self, column: &'static str, text: Option<String>) -> Result<Option<T>, Misfit>
    where
        T: TryFrom<String>,
    {
        text.map(|text| self.text(column, text)).transpose()
    }

    pub(crate) fn handle<'t, T: TryFrom<&'t str>>(self, column: &'static str, text: &'t str) -> Result<T, Misfit> {
        T::try_from(text).map_err(|_| self.misfit(column))
    }

    pub(crate) fn maybe_handle<'t, T>(self, column: &'static str, text: Option<&'t str>) -> Result<Option<T>, Misfit>
    where
        T: TryFrom<&'t str>,
    {
        text.map(|text| self.handle(column, text)).transpose()
    }

    pub(crate) fn parsed<T: FromStr>(self, column: &'static str, text: &str) -> Result<T, Misfit> {
        text.parse().map_err(|_| self.misfit(column))
    }

    pub(crate) fn number<T: TryFrom<i64>>(self, column: &'static str, number: i64) -> Result<T, Misfit> {
        T::try_from(number).map_err(|_| self.misfit(column))
    }

    pub(crate) fn digest(self, column: &'static str, bytes: &[u8]) -> Result<[u8; 32], Misfit> {
        bytes.try_into().map_err(|_| self.misfit(column))
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::{EngagementId, UserId};

    use super::*;

    const PLACE: Place<'static> = Place { table: "users", row: "1" };

    #[test]
    fn an_id_is_stored_without_its_prefix_and_reads_back() {
        let id = UserId::from(Ulid::from_parts(1_700_000_000_000, 7));
        let stored = key(id);
        assert_eq!(format!("usr_{stored}"), id.to_string());
        assert_eq!(PLACE.id::<UserId>("id", &stored).expect("it was just written"), id);
    }

    #[test]
    fn a_value_of_another_kind_is_a_misfit() {
        assert!(PLACE.id::<EngagementId>("id", "nonsense").is_err());
        assert!(PLACE.time("created_at", i64::MAX).is_err());
        assert!(PLACE.number::<u32>("duration_seconds", -1).is_err());
        assert!(PLACE.digest("media_sha256", &[0; 31]).is_err());
    }
}
