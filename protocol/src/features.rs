//! The features of a room, each with its commands and facts. Every other list of features is
//! generated from this one.

use crate::ids::{SeatNo, TurnId};
use crate::message::{MessageCommand, MessageFact};
use crate::moderation::{ModerationCommand, ModerationFact};
use crate::policy::Policy;
use crate::policy_check::Request;
use crate::presence::{PresenceCommand, PresenceFact};
use crate::queue::{QueueCommand, QueueFact};
use crate::round::{RoundCommand, RoundFact};
use crate::session::{SessionCommand, SessionFact};
use crate::signal::{SignalCommand, SignalFact};
use crate::silence::{SilenceCommand, SilenceFact};
use crate::text::Text;
use crate::turn::{TurnCommand, TurnFact};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
#[cfg(feature = "schema")]
use ts_rs::TS;

macro_rules! features {
    ($($(#[$meta:meta])* $feature:ident: $command:ident, $fact:ident;)*) => {
        /// A command that a seat can send after the welcome, by feature. On the wire
        /// `{"<name>":{…}}`.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
        #[serde(untagged)]
        pub enum Command { $($(#[$meta])* $feature($command),)* }

        /// A fact: what happened, by feature. On the wire `{"<name>":{…}}`.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(TS, JsonSchema))]
        #[serde(untagged)]
        pub enum Fact { $($(#[$meta])* $feature($fact),)* }

        $(
            impl From<$command> for Command {
                fn from(command: $command) -> Self {
                    Self::$feature(command)
                }
            }

            impl From<$fact> for Fact {
                fn from(fact: $fact) -> Self {
                    Self::$feature(fact)
                }
            }
        )*

        impl Command {
            /// Returns every command's name on the wire and its policy.
            pub fn policies() -> impl Iterator<Item = &'static (&'static str, Policy)> {
                [$($command::POLICIES,)*].into_iter().flatten()
            }

            /// Returns one example of each command.
            pub fn samples() -> Vec<Self> {
                let mut samples = Vec::new();
                $(samples.extend($command::samples().into_iter().map(Self::from));)*
                samples
            }

            /// Parses the fields of the command called `name`. Returns `None` if there is no such
            /// command.
            pub fn parse(name: &str, raw: &RawValue) -> Option<serde_json::Result<Self>> {
                $(
                    if $command::POLICIES.iter().any(|(known, _)| *known == name) {
                        return Some(tagged::<$command>(name, raw).map(Self::from));
                    }
                )*
                None
            }

            fn declaration(&self) -> &'static (&'static str, Policy) {
                match self { $(Self::$feature(command) => command.declaration(),)* }
            }

            /// Returns the turn id that the sender saw, if the command names one.
            pub fn turn_id(&self) -> Option<TurnId> {
                match self { $(Self::$feature(command) => command.turn_id(),)* }
            }

            /// Returns the human text it carries, if any.
            pub fn text(&self) -> Option<&Text> {
                match self { $(Self::$feature(command) => command.text(),)* }
            }

            fn text_mut(&mut self) -> Option<&mut Text> {
                match self { $(Self::$feature(command) => command.text_mut(),)* }
            }

            /// Returns the seat it acts upon, if it names one.
            pub fn target(&self) -> Option<SeatNo> {
                match self { $(Self::$feature(command) => command.target(),)* }
            }
        }

        impl Fact {
            /// Returns one example of each fact.
            pub fn samples() -> Vec<Self> {
                let mut samples = Vec::new();
                $(samples.extend($fact::samples().into_iter().map(Self::from));)*
                samples
            }
        }
    };
}

features! {
    /// The token and the turn.
    Turn: TurnCommand, TurnFact;
    /// Rounds.
    Round: RoundCommand, RoundFact;
    /// Who is waiting.
    Queue: QueueCommand, QueueFact;
    /// Messages.
    Message: MessageCommand, MessageFact;
    /// People's presence.
    Presence: PresenceCommand, PresenceFact;
    /// The session.
    Session: SessionCommand, SessionFact;
    /// Safety.
    Moderation: ModerationCommand, ModerationFact;
    /// Signals without words.
    Signal: SignalCommand, SignalFact;
    /// The bell.
    Silence: SilenceCommand, SilenceFact;
}

/// Parses an externally tagged enum from its tag and its content.
fn tagged<T: serde::de::DeserializeOwned>(name: &str, raw: &RawValue) -> serde_json::Result<T> {
    let mut object = Map::new();
    object.insert(name.to_owned(), serde_json::from_str(raw.get())?);
    serde_json::from_value(Value::Object(object))
}

impl Command {
    /// Returns its name on the wire.
    pub fn name(&self) -> &'static str {
        self.declaration().0
    }

    /// Returns its row of the policy table.
    pub fn policy(&self) -> &'static Policy {
        &self.declaration().1
    }

    /// Returns the fields that its policy depends on.
    pub fn request(&self, seat: SeatNo) -> Request {
        let (target, turn_id) = (self.target(), self.turn_id());
        Request { seat, target, turn_id, has_text: self.text().is_some() }
    }

    /// Returns a digest of the whole command except the content of its text. It reveals an id that
    /// is reused for another command, without storing what was said.
    pub fn digest(&self) -> String {
        let mut wordless = self.clone();
        if let Some(text) = wordless.text_mut() {
            *text = Text::plain("");
        }
        // A command always has a JSON form, since it arrived as JSON.
        let json = serde_json::to_vec(&wordless).unwrap_or_default();
        let hash = Sha256::digest(json);
        hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Fact {
    /// Returns its name on the wire.
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => {
                fields.into_iter().next().map_or_else(String::new, |f| f.0)
            }
            Ok(_) | Err(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_command_comes_back_from_its_json_and_no_two_share_a_name() {
        let mut names = BTreeSet::new();
        for command in Command::samples() {
            let json = serde_json::to_string(&command).unwrap();
            let fields: std::collections::BTreeMap<String, Box<RawValue>> =
                serde_json::from_str(&json).unwrap();
            let (name, raw) = fields.first_key_value().unwrap();
            assert_eq!(command.name(), name);
            assert_eq!(Command::parse(name, raw).unwrap().unwrap(), command);
            assert!(names.insert(name.clone()), "{name}");
        }
        assert_eq!(names.len(), Command::policies().count());
    }

    #[test]
    fn a_row_says_it_names_a_turn_exactly_if_the_command_does() {
        for command in Command::samples() {
            let (name, policy) = (command.name(), command.policy());
            let json = serde_json::to_value(&command).unwrap();
            let fields = json[name].as_object().unwrap();
            let is_text = |field: &Value| serde_json::from_value::<Text>(field.clone()).is_ok();
            assert_eq!(policy.names_turn, fields.contains_key("turn_id"), "{name}");
            assert_eq!(policy.text.is_some(), fields.values().any(is_text), "{name}");
            assert_eq!(policy.names_turn, command.turn_id().is_some(), "{name}");
            assert_eq!(policy.target.is_some(), command.target().is_some(), "{name}");
            assert_eq!(policy.text.is_some(), command.text().is_some(), "{name}");
        }
    }

    #[test]
    fn every_fact_comes_back_from_its_json() {
        let mut names = BTreeSet::new();
        for fact in Fact::samples() {
            let json = serde_json::to_string(&fact).unwrap();
            assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact, "{json}");
            assert!(names.insert(fact.name()), "{json}");
        }
    }

    #[test]
    fn the_digest_sees_everything_but_the_words() {
        use crate::message::MessageCommand::Share;
        let share = |turn_id, text: &str| {
            Command::from(Share { turn_id, text: Text::plain(text) }).digest()
        };
        assert_eq!(share(1, "a"), share(1, "b"));
        assert_ne!(share(1, "a"), share(2, "a"));
    }
}
