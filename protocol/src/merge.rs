//! The one rule by which every view changes: JSON merge patches (RFC 7396).
//!
//! A patch is computed by comparing two typed states ([`Merge::diff`]) and applied to a third
//! ([`Merge::merge`]), field by field and key by key, so neither costs more as a room grows.
//! [`merge_patch`] and [`apply_merge_patch`] implement the same rule on plain JSON values.

use crate::ids::{BarId, CircleId, CommandId, Epoch, MessageNo, RoomId, SeatNo, TextId, TextIds};
use crate::keys::KeyHash;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A patch that doesn't fit the state it is merged into.
#[derive(Debug, thiserror::Error)]
#[error("a merge patch does not fit the state: {0}; fetch a new snapshot")]
pub struct MergeError(String);

impl From<serde_json::Error> for MergeError {
    fn from(error: serde_json::Error) -> Self {
        // Only the kind of the error, because serde_json's message may quote the value.
        Self(format!("{:?} error", error.classify()))
    }
}

impl MergeError {
    /// Returns the error for a patch that should be an object, or should name a key.
    pub fn unexpected(what: &'static str) -> Self {
        Self(format!("expected {what}"))
    }
}

/// State that can be compared and patched.
///
/// For all values `a` and `b`: merging `b.diff(&a)` into `a` gives `b`, and `b.diff(&a)` equals
/// [`merge_patch`] of their JSON forms.
///
/// [`Text`](crate::text::Text) doesn't implement it, so no text can enter a view, a fact or a row;
/// nor does `Vec`, because a patch replaces an array whole: collections are [`Keyed`](crate::Keyed).
pub trait Merge: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Returns the patch that turns `old` into `self`, or `None` if they are equal. Adds the id of
    /// every text in the patch to `texts`.
    fn diff(&self, old: &Self, texts: &mut TextIds) -> Result<Option<Value>, MergeError>;

    /// Merges a patch. Unknown fields are ignored. After an error, discard the value.
    fn merge(&mut self, patch: Value) -> Result<(), MergeError>;

    /// Adds the id of every text that the value mentions to `found`.
    fn texts(&self, found: &mut TextIds);
}

/// Returns the whole value, adding the texts it mentions.
pub(crate) fn whole<T: Merge>(value: &T, texts: &mut TextIds) -> Result<Value, MergeError> {
    value.texts(texts);
    Ok(serde_json::to_value(value)?)
}

/// Returns the value that results from a patch if there was none before.
pub(crate) fn from_patch<T: DeserializeOwned>(mut patch: Value) -> Result<T, MergeError> {
    drop_nulls(&mut patch);
    Ok(serde_json::from_value(patch)?)
}

fn drop_nulls(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, field| !field.is_null());
        fields.values_mut().for_each(drop_nulls);
    }
}

impl<T: Merge> Merge for Option<T> {
    fn diff(&self, old: &Self, texts: &mut TextIds) -> Result<Option<Value>, MergeError> {
        match (self, old) {
            (None, None) => Ok(None),
            (None, Some(_)) => Ok(Some(Value::Null)),
            (Some(new), None) => whole(new, texts).map(Some),
            (Some(new), Some(old)) => new.diff(old, texts),
        }
    }

    fn merge(&mut self, patch: Value) -> Result<(), MergeError> {
        match self {
            _ if patch.is_null() => *self = None,
            Some(value) => value.merge(patch)?,
            None => *self = Some(from_patch(patch)?),
        }
        Ok(())
    }

    fn texts(&self, found: &mut TextIds) {
        if let Some(value) = self {
            value.texts(found);
        }
    }
}

/// Implements [`Merge`](crate::merge::Merge) for small values without texts, through their JSON form.
#[macro_export]
macro_rules! merge_leaf {
    ($($ty:ty),* $(,)?) => { $(
        impl $crate::merge::Merge for $ty {
            fn diff(
                &self,
                old: &Self,
                _texts: &mut $crate::ids::TextIds,
            ) -> Result<Option<serde_json::Value>, $crate::merge::MergeError> {
                if self == old {
                    return Ok(None);
                }
                let (old, new) = (serde_json::to_value(old)?, serde_json::to_value(self)?);
                Ok($crate::merge::merge_patch(&old, &new))
            }

            fn merge(&mut self, patch: serde_json::Value) -> Result<(), $crate::merge::MergeError> {
                let mut value = serde_json::to_value(&*self)?;
                $crate::merge::apply_merge_patch(&mut value, patch);
                *self = serde_json::from_value(value)?;
                Ok(())
            }

            fn texts(&self, _found: &mut $crate::ids::TextIds) {}
        }
    )* };
}
pub(crate) use merge_leaf as leaf;

leaf!(
    bool, u8, u16, u32, u64, String, Uuid, KeyHash, BarId, CircleId, CommandId, Epoch, MessageNo,
    RoomId, SeatNo
);

impl Merge for TextId {
    fn diff(&self, old: &Self, texts: &mut TextIds) -> Result<Option<Value>, MergeError> {
        if self == old { Ok(None) } else { whole(self, texts).map(Some) }
    }

    fn merge(&mut self, patch: Value) -> Result<(), MergeError> {
        *self = serde_json::from_value(patch)?;
        Ok(())
    }

    fn texts(&self, found: &mut TextIds) {
        found.insert(*self);
    }
}

/// Implements [`Merge`](crate::merge::Merge) for a struct, field by field. Every field must be listed.
#[macro_export]
macro_rules! merge_fields {
    ($ty:ty { $($field:ident),* $(,)? }) => {
        impl $crate::merge::Merge for $ty {
            fn diff(
                &self,
                old: &Self,
                texts: &mut $crate::ids::TextIds,
            ) -> Result<Option<serde_json::Value>, $crate::merge::MergeError> {
                let Self { $($field),* } = self;
                let mut patch = serde_json::Map::new();
                $(if let Some(change) = $crate::merge::Merge::diff($field, &old.$field, texts)? {
                    patch.insert(stringify!($field).to_owned(), change);
                })*
                Ok((!patch.is_empty()).then_some(serde_json::Value::Object(patch)))
            }

            fn merge(&mut self, patch: serde_json::Value) -> Result<(), $crate::merge::MergeError> {
                let serde_json::Value::Object(patch) = patch else {
                    return Err($crate::merge::MergeError::unexpected("an object"));
                };
                for (field, change) in patch {
                    match field.as_str() {
                        $(stringify!($field) => {
                            $crate::merge::Merge::merge(&mut self.$field, change)?;
                        })*
                        // Written by a newer server; this version ignores it.
                        _ => {}
                    }
                }
                Ok(())
            }

            fn texts(&self, found: &mut $crate::ids::TextIds) {
                $($crate::merge::Merge::texts(&self.$field, found);)*
            }
        }
    };
}

/// Returns the merge patch that turns `old` into `new`, or `None` if they are equal.
///
/// Neither may contain a null, which RFC 7396 cannot express.
pub fn merge_patch(old: &Value, new: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (old, new) else {
        return (old != new).then(|| new.clone());
    };
    let mut patch = Map::new();
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in after {
        let change = match before.get(key) {
            Some(old) => merge_patch(old, value),
            None => Some(value.clone()),
        };
        patch.extend(change.map(|change| (key.clone(), change)));
    }
    (!patch.is_empty()).then_some(Value::Object(patch))
}

/// Applies a merge patch (RFC 7396, section 2).
pub fn apply_merge_patch(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (key, change) in patch {
        if change.is_null() {
            fields.remove(&key);
        } else {
            apply_merge_patch(fields.entry(key).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396, appendix A.
    #[test]
    fn the_examples_of_the_rfc_hold() {
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut merged = target.clone();
            apply_merge_patch(&mut merged, patch.clone());
            assert_eq!(merged, result, "{target} merged with {patch}");
        }
    }

    #[test]
    fn a_variant_that_goes_away_is_nulled_and_an_added_empty_object_is_a_change() {
        let offered = json!({"token":{"offered":{"seat":3}}});
        let centre = json!({"token":{"centre":{}}});
        let patch = merge_patch(&offered, &centre).unwrap();
        assert_eq!(patch, json!({"token":{"offered":null,"centre":{}}}));
        let mut merged = offered;
        apply_merge_patch(&mut merged, patch);
        assert_eq!(merged, centre);
        assert_eq!(merge_patch(&centre, &centre), None);
    }
}
