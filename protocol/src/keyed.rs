//! Collections in views: persistent maps, encoded as objects keyed by id.

use crate::ids::TextIds;
use crate::merge::{Merge, MergeError, from_patch, whole};
use imbl::OrdMap;
use imbl::ordmap::DiffItem;
#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
#[cfg(feature = "schema")]
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
#[cfg(feature = "schema")]
use ts_rs::{Config, TS, TypeVisitor};

/// A key of a [`Keyed`] map: a number or an id, on the wire a string.
pub trait Key: Ord + Copy + fmt::Display + FromStr + Serialize + DeserializeOwned {}

impl<K: Ord + Copy + fmt::Display + FromStr + Serialize + DeserializeOwned> Key for K {}

/// A map ordered by key.
///
/// It is persistent: a copy shares everything unchanged with the original. So copying is cheap, and
/// comparing a copy with the original takes time proportional to the changes. Each value has its own
/// allocation, because changing one copies all entries of its node in the tree.
#[derive(Clone, PartialEq, Eq)]
pub struct Keyed<K: Ord + Copy, V: Clone>(OrdMap<K, Arc<V>>);

impl<K: Ord + Copy, V: Clone> Default for Keyed<K, V> {
    fn default() -> Self {
        Self(OrdMap::new())
    }
}

impl<K: Ord + Copy + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for Keyed<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter()).finish()
    }
}

impl<K: Ord + Copy, V: Clone> Keyed<K, V> {
    /// Returns the value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        self.0.get(&key).map(Arc::as_ref)
    }

    /// Returns a mutable reference to the value of a key.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.0.get_mut(&key).map(Arc::make_mut)
    }

    /// Returns whether the map contains the key.
    pub fn contains(&self, key: K) -> bool {
        self.0.contains_key(&key)
    }

    /// Inserts a value, replacing any earlier one.
    pub fn insert(&mut self, key: K, value: V) {
        self.0.insert(key, Arc::new(value));
    }

    /// Removes a key and returns its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        self.0.remove(&key).map(Arc::unwrap_or_clone)
    }

    /// Returns a mutable reference to the value of a key, inserting `default` if the key is
    /// missing.
    pub fn entry(&mut self, key: K, default: V) -> &mut V {
        Arc::make_mut(self.0.entry(key).or_insert_with(|| Arc::new(default)))
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the entries in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> + use<'_, K, V> {
        self.0.iter().map(|(key, value)| (*key, value.as_ref()))
    }

    /// Returns the keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = K> + use<'_, K, V> {
        self.0.keys().copied()
    }

    /// Returns the values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + use<'_, K, V> {
        self.0.iter().map(|(_, value)| value.as_ref())
    }

    /// Returns the entries before `key`, in descending order.
    pub fn before(&self, key: K) -> impl Iterator<Item = (K, &V)> + use<'_, K, V> {
        self.0.range(..key).rev().map(|(key, value)| (*key, value.as_ref()))
    }

    /// Returns the last key.
    pub fn last_key(&self) -> Option<K> {
        self.0.get_max().map(|(key, _)| *key)
    }
}

impl<K: Ord + Copy, V: Clone + PartialEq> Keyed<K, V> {
    /// Returns the keys whose values differ from those in `old`, added and removed ones included.
    pub fn changed_keys(&self, old: &Self) -> Vec<K> {
        let key = |item: DiffItem<'_, '_, K, Arc<V>>| match item {
            DiffItem::Add(key, _) | DiffItem::Remove(key, _) => *key,
            DiffItem::Update { new: (key, _), .. } => *key,
        };
        old.0.diff(&self.0).map(key).collect()
    }
}

impl<K: Ord + Copy, V: Clone> FromIterator<(K, V)> for Keyed<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key, Arc::new(value))).collect())
    }
}

impl<K: Key, V: Clone + Serialize> Serialize for Keyed<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K: Key, V: Clone + Deserialize<'de>> Deserialize<'de> for Keyed<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(|entries| entries.into_iter().collect())
    }
}

impl<K: Key, V: Merge> Merge for Keyed<K, V> {
    fn diff(&self, old: &Self, texts: &mut TextIds) -> Result<Option<Value>, MergeError> {
        let mut patch = Map::new();
        for item in old.0.diff(&self.0) {
            match item {
                DiffItem::Add(key, new) => {
                    patch.insert(key.to_string(), whole(new.as_ref(), texts)?);
                }
                DiffItem::Update { old: (_, old), new: (key, new) } => {
                    let change = new.diff(old, texts)?;
                    patch.extend(change.map(|change| (key.to_string(), change)));
                }
                DiffItem::Remove(key, _) => {
                    patch.insert(key.to_string(), Value::Null);
                }
            }
        }
        Ok((!patch.is_empty()).then_some(Value::Object(patch)))
    }

    fn merge(&mut self, patch: Value) -> Result<(), MergeError> {
        let Value::Object(patch) = patch else { return Err(MergeError::unexpected("an object")) };
        for (key, change) in patch {
            let key =
                K::from_str(&key).map_err(|_| MergeError::unexpected("another kind of key"))?;
            if change.is_null() {
                self.0.remove(&key);
            } else if let Some(value) = self.get_mut(key) {
                value.merge(change)?;
            } else {
                self.insert(key, from_patch(change)?);
            }
        }
        Ok(())
    }

    fn texts(&self, found: &mut TextIds) {
        self.values().for_each(|value| value.texts(found));
    }
}

#[cfg(feature = "schema")]
impl<K: JsonSchema + Ord + Copy, V: JsonSchema + Clone> JsonSchema for Keyed<K, V> {
    fn schema_name() -> Cow<'static, str> {
        <BTreeMap<String, V>>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <BTreeMap<String, V>>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

/// In TypeScript an ordinary object.
#[cfg(feature = "schema")]
impl<K: TS + Ord + Copy, V: TS + Clone> TS for Keyed<K, V> {
    type WithoutGenerics = <BTreeMap<K, V> as TS>::WithoutGenerics;
    type OptionInnerType = Self;

    fn name(cfg: &Config) -> String {
        <BTreeMap<K, V>>::name(cfg)
    }

    fn inline(cfg: &Config) -> String {
        <BTreeMap<K, V>>::inline(cfg)
    }

    fn visit_dependencies(v: &mut impl TypeVisitor)
    where
        Self: 'static,
    {
        <BTreeMap<K, V>>::visit_dependencies(v);
    }

    fn visit_generics(v: &mut impl TypeVisitor)
    where
        Self: 'static,
    {
        <BTreeMap<K, V>>::visit_generics(v);
    }
}
