//! Comparing two maps by their shared parts gives the same patch as comparing their whole JSON
//! forms.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test: a broken expectation panics")]

use hearth_protocol::Keyed;
use hearth_protocol::merge::{Merge, merge_patch};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use std::collections::BTreeSet;

type Nested = Keyed<u16, Keyed<u16, u32>>;

/// Sets or removes a value, or removes a whole inner map.
#[derive(Clone, Debug)]
enum Edit {
    Set(u16, u16, u32),
    Remove(u16, u16),
    RemoveAll(u16),
}

// More keys than one node of the persistent map holds, so that changes lie in different nodes.
const KEYS: u16 = 200;

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..KEYS, 0..3u16, 0..3u32).prop_map(|(outer, inner, value)| Edit::Set(outer, inner, value)),
        2 => (0..KEYS, 0..3u16).prop_map(|(outer, inner)| Edit::Remove(outer, inner)),
        1 => (0..KEYS).prop_map(Edit::RemoveAll),
    ]
}

fn apply(map: &mut Nested, edit: &Edit) {
    match *edit {
        Edit::Set(outer, inner, value) => map.entry(outer, Keyed::default()).insert(inner, value),
        Edit::Remove(outer, inner) => {
            if let Some(inner_map) = map.get_mut(outer) {
                inner_map.remove(inner);
            }
        }
        Edit::RemoveAll(outer) => {
            map.remove(outer);
        }
    }
}

proptest! {
    #[test]
    fn a_patch_is_the_whole_difference(
        start in btree_map(0..KEYS, btree_map(0..3u16, 0..3u32, 0..3), 0..KEYS as usize),
        edits in vec(edit(), 0..30),
    ) {
        let old: Nested =
            start.into_iter().map(|(key, inner)| (key, inner.into_iter().collect())).collect();
        let mut new = old.clone();
        edits.iter().for_each(|edit| apply(&mut new, edit));

        let patch = new.diff(&old, &mut BTreeSet::new()).unwrap();
        let (old_json, new_json) =
            (serde_json::to_value(&old).unwrap(), serde_json::to_value(&new).unwrap());
        prop_assert_eq!(&patch, &merge_patch(&old_json, &new_json));
        prop_assert_eq!(patch.is_none(), old == new);

        let mut merged = old;
        if let Some(patch) = patch {
            merged.merge(patch).unwrap();
        }
        prop_assert_eq!(merged, new);
    }
}
