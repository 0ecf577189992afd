//! Messages: what people say in their turn, announcements, messages on an open floor, and the
//! questions of rounds.

use crate::declare::{commands, facts, view, wire_enum};
use crate::ids::{MessageNo, Millis, SeatNo, TextId, TurnId};
use crate::keyed::Keyed;
use crate::signal::Gestures;
use crate::text::Text;

wire_enum! {
    /// What kind of message it is.
    pub enum MessageKind {
        /// The holder's words, in their turn.
        Share,
        /// A facilitator's words to everyone, outside any turn.
        Announcement,
        /// A message on an open floor.
        Floor,
        /// The question of a round.
        Question,
    }
}

view! {
    /// One message of the log.
    pub struct Message {
        /// Who said it.
        pub seat: SeatNo,
        /// What kind of message it is.
        pub kind: MessageKind,
        /// The round it was said in; 0 outside any round.
        pub round: u32,
        /// When it was said.
        pub at: Millis,
        /// The id of its text. If no text has this id, it was erased or is hidden.
        pub text: TextId,
        /// True once its author took it back. A question is taken back when another replaces it.
        pub taken_back: bool,
        /// True once a host hid it.
        pub hidden: bool,
        /// Gestures made to it, by seat. A seat without any is absent.
        pub gestures: Keyed<SeatNo, Gestures>,
    }
}

view! {
    /// A hidden message whose words can still be restored.
    pub struct HiddenMessage {
        /// The id of its text.
        pub text: TextId,
        /// The host who hid it.
        pub by: SeatNo,
        /// When its words are erased.
        pub until: Millis,
    }
}

commands! {
    /// Commands about messages.
    pub enum MessageCommand {
        /// Say something in your turn.
        Share "share" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
            /// What you say.
            text: Text = Text::plain("I am glad to be here."),
        }
        policy {
            role: Voice, muted: No, paused: No, ending: No,
            turn: (turn_id), text: (text as Message), target: (), when: HoldsToken,
        }
        /// Write on an open floor.
        Say "say" {
            /// The turn id you saw.
            turn_id: TurnId = 17,
            /// What you write.
            text: Text = Text::plain("Good to see you all."),
        }
        policy {
            role: Voice, muted: No, paused: No, ending: Yes,
            turn: (turn_id), text: (text as Message), target: (), when: FloorOpen,
        }
        /// Speak to everyone, outside any turn.
        Announce "announce" {
            /// What you say.
            text: Text = Text::plain("Ten minutes are left."),
        }
        policy {
            role: Facilitator, muted: No, paused: Yes, ending: No,
            turn: (), text: (text as Message), target: (), when: NotSilent,
        }
        /// Take your words back while that is possible.
        TakeBack "take_back" {
            /// Which message.
            message: MessageNo = MessageNo(12),
        }
        policy {
            role: Voice, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Hide a message: only hosts see its words, and soon nobody does.
        HideMessage "hide_message" {
            /// Which message.
            message: MessageNo = MessageNo(12),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Show a hidden message again.
        RestoreMessage "restore_message" {
            /// Which message.
            message: MessageNo = MessageNo(12),
        }
        policy {
            role: Host, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
        /// Ask for messages earlier than those you hold.
        Page "page" {
            /// The earliest message you hold.
            before: MessageNo = MessageNo(12),
        }
        policy {
            role: Seat, muted: Yes, paused: Yes, ending: Yes,
            turn: (), text: (), target: (), when: Always,
        }
    }
}

facts! {
    /// What happened to a message. Only people who may see the message receive these.
    pub enum MessageFact {
        /// Someone said something. Questions are told by the facts about their round instead.
        Said {
            /// The message.
            message: MessageNo = MessageNo(12),
        }
        /// Its author took a message back; its words are erased.
        TakenBack {
            /// The message.
            message: MessageNo = MessageNo(12),
        }
        /// A host hid a message.
        MessageHidden {
            /// The message.
            message: MessageNo = MessageNo(12),
        }
        /// A host showed a hidden message again.
        MessageRestored {
            /// The message.
            message: MessageNo = MessageNo(12),
        }
        /// The words of a hidden message were erased (its hosts).
        HiddenErased {
            /// The message.
            message: MessageNo = MessageNo(12),
        }
    }
}
