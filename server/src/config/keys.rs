//! The names of all settings, and what each expects.

use super::limits::LIMITS;

/// One setting.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// Ends the sentence "It expects …", so it is the remedy too.
    pub(super) expects: &'static str,
    pub(super) default: &'static str,
}

/// All settings but the limits.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "listen",
        expects: "an address and port, such as 127.0.0.1:8080 or [::]:8080",
        default: "127.0.0.1:8080",
    },
    Key {
        name: "metrics_listen",
        expects: "an address and port for figures alone, such as 127.0.0.1:9090, or nothing",
        default: "",
    },
    Key { name: "data", expects: "the name of a folder", default: "./hearth-data" },
    Key {
        name: "public_url",
        expects: "the address people open, without a path: https://circles.example.org",
        default: "",
    },
    Key {
        name: "trusted_proxies",
        expects: "a list of addresses or networks, such as 10.0.0.0/8, ::1",
        default: "",
    },
    Key { name: "who_may_create", expects: "anyone, operator or command_line", default: "anyone" },
    Key {
        name: "operator_key_hash",
        expects: "the hash that `hearth operator-key` prints: 43 characters of base64url",
        default: "",
    },
    Key {
        name: "operator_key_hash_file",
        expects: "a file that holds the hash that `hearth operator-key` prints, and nothing else",
        default: "",
    },
    Key { name: "log", expects: "pretty or json", default: "pretty" },
    Key {
        name: "log_level",
        expects: "error, warn, info, debug or trace, or a filter such as info,hearth_rooms=debug",
        default: "info",
    },
];

/// Returns the names of all settings.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name).chain(LIMITS.iter().map(|(name, ..)| *name))
}

/// Returns the name of the environment variable for a setting.
pub(super) fn variable(name: &str) -> String {
    format!("HEARTH_{}", name.to_uppercase().replace('.', "__"))
}

/// Returns the setting whose name is closest to a name that is none.
pub(super) fn closest(unknown: &str) -> Option<&'static str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    names()
        .map(|name| (distance(name, unknown).min(distance(&last(name), &last(unknown))), name))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, name)| name)
}

/// Counts the letters to add, drop or exchange to turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().take(80).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().take(80).enumerate() {
        let mut before = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (b, above) in to.iter().zip(row.iter().skip(1)) {
            left = (before + usize::from(a != *b)).min(above + 1).min(left + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_setting_is_told_its_neighbour() {
        assert_eq!(closest("listn"), Some("listen"));
        assert_eq!(closest("publicurl"), Some("public_url"));
        assert_eq!(closest("limits.connection_max"), Some("limits.connections_max"));
        assert_eq!(closest("rooms_max"), Some("limits.rooms_max"));
        assert_eq!(closest("weather"), None);
    }

    #[test]
    fn a_limit_is_set_by_a_variable_with_two_underscores() {
        assert_eq!(variable("limits.rooms_max"), "HEARTH_LIMITS__ROOMS_MAX");
    }
}
