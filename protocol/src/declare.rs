//! Macros that declare wire types, so that each is spelled out once.

/// Declares enums without data, encoded as `snake_case` strings.
macro_rules! wire_enum {
    ($($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident,)* })*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(ts_rs::TS, schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// Every value, in order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
        }

        $crate::merge::leaf!($name);
    )* };
}

/// Declares structs for the wire. Absent options are left out, never `null`.
macro_rules! wire_struct {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* })*) => { $(
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(ts_rs::TS, schemars::JsonSchema), ts(optional_fields))]
        pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* }
    )* };
}

/// Declares parts of views: structs that are compared and merged field by field
/// ([`Merge`](crate::merge::Merge)).
macro_rules! view {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $ty:ty,)* })*) => {
        $crate::declare::wire_struct! { $($(#[$meta])* pub struct $name { $($(#[$field_meta])* pub $field: $ty,)* })* }
        $($crate::merge_fields!($name { $($field),* });)*
    };
}

/// Declares the facts of one feature, each with an example. A fact is encoded as `{"<name>":{…}}`.
macro_rules! facts {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$fact_meta:meta])* $fact:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty = $sample:expr,)* })*
        }
    ) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(ts_rs::TS, schemars::JsonSchema), ts(optional_fields))]
        pub enum $name { $($(#[$fact_meta])* $fact { $($(#[$field_meta])* $field: $ty,)* },)* }

        // Facts are stored: like views, they mention a text only by its id.
        const _: () = {
            const fn holds_no_text<T: $crate::merge::Merge>() {}
            $($(holds_no_text::<$ty>();)*)*
        };

        impl $name {
            /// Returns one example of each fact.
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$fact { $($field: $sample,)* },)*]
            }
        }
    };
}

/// Declares the commands of one feature: name on the wire, fields, policy and an example of each.
///
/// Every cell of the policy must be written out; none has a default. `turn` names the field that
/// holds the turn id the sender saw, `text` the field that holds human text and what kind of text
/// it is, `target` the field that names the seat acted upon and which seats it may name.
macro_rules! commands {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $(
                $(#[$command_meta:meta])*
                $command:ident $wire:literal {
                    $($(#[$field_meta:meta])* $field:ident: $ty:ty = $sample:expr,)*
                }
                policy {
                    role: $role:ident,
                    muted: $muted:ident,
                    paused: $paused:ident,
                    ending: $ending:ident,
                    turn: ($($turn:ident)?),
                    text: ($($text:ident as $text_kind:ident)?),
                    target: ($($target:ident as $target_kind:ident)?),
                    when: $when:ident,
                }
            )*
        }
    ) => {
        $(#[$meta])*
        #[serde_with::skip_serializing_none]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "schema", derive(ts_rs::TS, schemars::JsonSchema), ts(optional_fields))]
        pub enum $name {
            $($(#[$command_meta])* $command { $($(#[$field_meta])* $field: $ty,)* },)*
        }

        #[allow(unused_variables, reason = "most commands have no turn, no text or no target")]
        impl $name {
            /// The names of these commands on the wire, with the policy of each.
            pub const POLICIES: &[(&str, $crate::policy::Policy)] = &[$((
                $wire,
                $crate::policy::Policy {
                    role: $crate::policy::Permission::$role,
                    muted: $crate::policy::Allowed::$muted,
                    paused: $crate::policy::Allowed::$paused,
                    ending: $crate::policy::Allowed::$ending,
                    names_turn: [$(stringify!($turn),)? ""].len() > 1,
                    text: $crate::policy::cell(&[$($crate::policy::TextKind::$text_kind)?]),
                    target: $crate::policy::cell(&[$($crate::policy::Target::$target_kind)?]),
                    when: $crate::policy::When::$when,
                },
            ),)*];

            /// Returns the command's name on the wire and its policy.
            pub fn declaration(&self) -> &'static (&'static str, $crate::policy::Policy) {
                let index = self.index();
                #[allow(clippy::indexing_slicing, reason = "one entry for each variant, in the same order")]
                &Self::POLICIES[index]
            }

            #[allow(unused_assignments, reason = "the last increment is not read")]
            fn index(&self) -> usize {
                let mut next = 0;
                $(
                    if matches!(self, Self::$command { .. }) { return next; }
                    next += 1;
                )*
                next
            }

            /// Returns the turn id that the sender saw, if the command names one.
            pub fn turn_id(&self) -> Option<$crate::ids::TurnId> {
                match self { $(Self::$command { $($turn,)? .. } => None $(.or(Some(*$turn)))?,)* }
            }

            /// Returns the human text the command carries, if any.
            pub fn text(&self) -> Option<&$crate::text::Text> {
                match self { $(Self::$command { $($text,)? .. } => None $(.or($crate::text::CarriesText::carried($text)))?,)* }
            }

            /// Returns a mutable reference to the human text the command carries, if any.
            pub fn text_mut(&mut self) -> Option<&mut $crate::text::Text> {
                match self { $(Self::$command { $($text,)? .. } => None $(.or($crate::text::CarriesText::carried_mut($text)))?,)* }
            }

            /// Returns the seat the command acts upon, if it names one.
            pub fn target(&self) -> Option<$crate::ids::SeatNo> {
                match self { $(Self::$command { $($target,)? .. } => None $(.or((*$target).into()))?,)* }
            }

            /// Returns one example of each command.
            pub fn samples() -> Vec<Self> {
                vec![$(Self::$command { $($field: $sample,)* },)*]
            }
        }
    };
}

pub(crate) use {commands, facts, view, wire_enum, wire_struct};
