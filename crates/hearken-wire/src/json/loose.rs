//! Values that keep their JSON type when it is the wrong one, instead of failing the whole body at the first.
//!
//! Texts are borrowed from the body and arrays stop growing at their limit, so reading a hostile body costs no more
//! memory than an honest one.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// What stands at a place in the body.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Loose<T> {
    /// Nothing.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value of the wanted JSON type.
    Good(T),
    /// A value of another type, named with its article.
    Wrong(&'static str),
}

impl<T> Loose<T> {
    /// Neither absent nor null.
    pub(crate) fn is_given(&self) -> bool {
        !matches!(self, Self::Absent | Self::Null)
    }
}

/// A type that some JSON values are. Each function answers `None` for "this is not my JSON type".
pub(crate) trait FromJson<'de>: Sized {
    /// The wanted JSON type with its article.
    const WANTED: &'static str;

    /// From `true` or `false`.
    fn from_bool(_value: bool) -> Option<Self> {
        None
    }

    /// From a string.
    fn from_text(_value: Cow<'de, str>) -> Option<Self> {
        None
    }

    /// From a number.
    fn from_number(_value: Number) -> Option<Self> {
        None
    }

    /// From an array.
    fn from_array<A: SeqAccess<'de>>(mut items: A) -> Result<Option<Self>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// From an object.
    fn from_object<A: MapAccess<'de>>(mut fields: A) -> Result<Option<Self>, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

impl<'de, T: FromJson<'de>> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor(PhantomData))
    }
}

struct LooseVisitor<T>(PhantomData<T>);

impl<T> LooseVisitor<T> {
    fn found(value: Option<T>, kind: &'static str) -> Loose<T> {
        value.map_or(Loose::Wrong(kind), Loose::Good)
    }
}

impl<'de, T: FromJson<'de>> Visitor<'de> for LooseVisitor<T> {
    type Value = Loose<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Loose<T>, E> {
        Ok(Loose::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose<T>, E> {
        Ok(Self::found(T::from_bool(value), "true or false"))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Loose<T>, E> {
        Ok(Self::found(T::from_text(Cow::Borrowed(value)), "a string"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose<T>, E> {
        Ok(Self::found(T::from_text(Cow::Owned(value.to_owned())), "a string"))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose<T>, E> {
        Ok(Self::found(T::from_number(Number::Natural(value)), "a number"))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose<T>, E> {
        let number = u64::try_from(value).map_or(Number::Negative, Number::Natural);
        Ok(Self::found(T::from_number(number), "a number"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose<T>, E> {
        let number = if value < 0.0 { Number::Negative } else { Number::Real(value) };
        Ok(Self::found(T::from_number(number), "a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Loose<T>, A::Error> {
        Ok(Self::found(T::from_array(items)?, "an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Loose<T>, A::Error> {
        Ok(Self::found(T::from_object(fields)?, "an object"))
    }
}

/// A number, as far as this API tells numbers apart: none of its fields takes a negative one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// Written as a whole number.
    Natural(u64),
    /// Less than zero.
    Negative,
    /// Written with a fraction or an exponent, or beyond 64 bits.
    Real(f64),
}

impl FromJson<'_> for Number {
    const WANTED: &'static str = "a number";

    fn from_number(value: Number) -> Option<Self> {
        Some(value)
    }
}

impl FromJson<'_> for bool {
    const WANTED: &'static str = "true or false";

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl<'de> FromJson<'de> for Cow<'de, str> {
    const WANTED: &'static str = "a string";

    fn from_text(value: Cow<'de, str>) -> Option<Self> {
        Some(value)
    }
}

/// The items of an array. Beyond `MOST` they are only counted.
#[derive(Debug, PartialEq)]
pub(crate) struct Items<T, const MOST: usize> {
    /// The first ones.
    pub(crate) kept: Vec<Loose<T>>,
    /// How many there are in all.
    pub(crate) total: usize,
}

impl<'de, T: FromJson<'de>, const MOST: usize> FromJson<'de> for Items<T, MOST> {
    const WANTED: &'static str = "an array";

    fn from_array<A: SeqAccess<'de>>(mut items: A) -> Result<Option<Self>, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < MOST {
            let Some(item) = items.next_element()? else { return Ok(Some(Self { total: kept.len(), kept })) };
            kept.push(item);
        }
        let mut total = kept.len();
        while items.next_element::<IgnoredAny>()?.is_some() {
            total += 1;
        }
        Ok(Some(Self { kept, total }))
    }
}

/// An object with known fields, made by [`fields!`].
pub(crate) trait Fields<'de>: Default {
    /// Takes the value of a field; `false`, and nothing is taken, when the field is none of its own.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;

    /// Reads all fields and ignores those that it does not know.
    fn read<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut fields = Self::default();
        while let Some(Key(name)) = map.next_key()? {
            if !fields.take(&name, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// The name of a field.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A place for a field's value that knows whether the field was there.
pub(crate) trait Slot {
    /// The field was there.
    fn is_taken(&self) -> bool;
}

impl<T> Slot for Loose<T> {
    fn is_taken(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// A value that is only marked in the body and read when its turn comes: for what could be large and is rarely there.
#[derive(Default)]
pub(crate) struct Later<'de>(Option<&'de RawValue>);

impl<'de> Later<'de> {
    /// Reads the value now. The error can only be a number out of range, a broken escape or a key that appears twice.
    pub(crate) fn read<T: FromJson<'de>>(&self) -> Result<Loose<T>, serde_json::Error> {
        self.0.map_or(Ok(Loose::Absent), |raw| serde_json::from_str(raw.get()))
    }
}

impl Slot for Later<'_> {
    fn is_taken(&self) -> bool {
        self.0.is_some()
    }
}

impl<'de> Deserialize<'de> for Later<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de RawValue>::deserialize(deserializer).map(|raw| Self(Some(raw)))
    }
}

/// Makes a struct of loosely read fields. A field that appears twice fails the reading: which of the two was meant
/// nobody knows, and a proxy may have looked at the other one.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident<$de:lifetime> { $($field:ident = $key:literal: $slot:ty,)* }) => {
        // No `Debug`: bodies hold credentials and transcripts.
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name<$de> {
            $(pub(crate) $field: $slot,)*
        }

        impl<$de> $crate::json::Fields<$de> for $name<$de> {
            fn take<A: serde::de::MapAccess<$de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
                match name {
                    $($key => {
                        if $crate::json::Slot::is_taken(&self.$field) {
                            return Err(serde::de::Error::custom(concat!("the key `", $key, "` appears twice")));
                        }
                        self.$field = map.next_value()?;
                    })*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }

        impl<$de> $crate::json::FromJson<$de> for $name<$de> {
            const WANTED: &'static str = "an object";

            fn from_object<A: serde::de::MapAccess<$de>>(map: A) -> Result<Option<Self>, A::Error> {
                $crate::json::Fields::read(map).map(Some)
            }
        }
    };
}

pub(crate) use fields;

#[cfg(test)]
mod tests {
    use super::*;

    fields! {
        Pair<'de> {
            name = "name": Loose<Cow<'de, str>>,
            list = "list": Loose<Items<Number, 2>>,
            later = "later": Later<'de>,
        }
    }

    fn read(json: &str) -> Loose<Pair<'_>> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_wrong_type_is_kept_and_the_rest_is_read() {
        let Loose::Good(pair) =
            read(r#"{"name":[[1],{"a":2}],"other":{"b":[3]},"list":[1,-2,3.5,"x"],"later":{"c":4}}"#)
        else {
            panic!("it is an object");
        };
        assert_eq!(pair.name, Loose::Wrong("an array"));
        let kept = vec![Loose::Good(Number::Natural(1)), Loose::Good(Number::Negative)];
        assert_eq!(pair.list, Loose::Good(Items { kept, total: 4 }));
        assert_eq!(pair.later.read::<bool>().unwrap(), Loose::Wrong("an object"));
    }

    #[test]
    fn a_value_that_is_no_object_is_named() {
        assert!(matches!(read("[1]"), Loose::Wrong("an array")));
        assert!(matches!(read("null"), Loose::Null));
        let Loose::Good(pair) = read("{}") else { panic!("it is an object") };
        assert!(!pair.name.is_given());
        assert_eq!(pair.later.read::<bool>().unwrap(), Loose::Absent);
    }

    #[test]
    fn a_key_that_appears_twice_is_an_error() {
        let error = serde_json::from_str::<Loose<Pair<'_>>>(r#"{"name":null,"name":"x"}"#).err().unwrap();
        assert!(error.to_string().starts_with("the key `name` appears twice at line 1"), "{error}");
    }
}
