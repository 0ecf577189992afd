//! Finds where two JSON values differ.

use serde_json::Value;

/// Returns the first place where two values differ, with both values, or `None` if they are equal.
pub(super) fn first_difference(one: &Value, other: &Value) -> Option<String> {
    differ("", one, other)
}

fn differ(path: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let absent = &Value::Null;
                let (left, right) = (left.get(name), right.get(name));
                if left.is_some() != right.is_some() {
                    let (left, right) = (left.unwrap_or(absent), right.unwrap_or(absent));
                    return Some(format!("{path}.{name}: {left} and {right}"));
                }
                differ(&format!("{path}.{name}"), left.unwrap_or(absent), right.unwrap_or(absent))
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.into_iter().find_map(|(i, (l, r))| differ(&format!("{path}[{i}]"), l, r))
        }
        (one, other) if one == other => None,
        (one, other) => Some(format!("{path}: {one} and {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let one = json!({"a": [1, {"b": 2}]});
        assert_eq!(first_difference(&one, &one.clone()), None);
        let other = json!({"a": [1, {"b": 3}]});
        assert_eq!(first_difference(&one, &other).unwrap(), ".a[1].b: 2 and 3");
        assert!(first_difference(&one, &json!({})).is_some());
        assert!(first_difference(&json!({}), &one).is_some());
    }
}
