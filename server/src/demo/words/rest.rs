//! Rest.

use super::{Question, Session, Turn};
use hearth_protocol::Order;

pub(super) const SESSION: Session = Session {
    hellos: [
        "Good evening. I am here, and I am in no hurry.",
        "Hello all. I have put the big light off and the small one on.",
        "Hello. Here, with a blanket.",
        "Good evening. A quiet hello from me today.",
        "Hi hi. The bus was late, but I was later.",
        "Hello. One asleep, one singing. It will do.",
    ],
    opening: "Welcome, everybody. Tonight is about rest, so we shall be unhurried even for us. Let \
              the turn come to you. If you would rather let it go by, that is a kind of rest too.",
    rounds: [
        Question {
            prompt: "If today were a room in a house, which one would it be?",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "The hall: everything passed through and nothing stayed. It is nice to be in the sitting room now.",
                ]),
                Turn::Says(&[
                    "The shed. Untidy, smells of wood, and I could spend another day in it.",
                ]),
                Turn::Says(&[
                    "The kitchen, after a big meal. Every surface is full. But people have eaten.",
                ]),
                Turn::Says(&[
                    "A landing on the stairs. I was for ever on my way to somewhere. There is a window there, though.",
                ]),
                Turn::Says(&[
                    "A library with one broken lamp. I learned a good deal and could not read half of it.",
                ]),
                Turn::Later(&[
                    "The bathroom, with the door locked, for six whole minutes. You who have small children will understand.",
                ]),
            ],
        },
        Question {
            prompt: "What does rest look like for you? The real kind, not the kind on posters.",
            order: Order::Popcorn,
            turns: [
                Turn::Says(&[
                    "Sitting in the parked car with the key out. Nobody needs me, and nobody knows where I am.",
                    "For a long time I thought that was odd. Now I think it is my chapel.",
                ]),
                Turn::Passes,
                Turn::Says(&[
                    "When my aunt comes on Wednesdays I used to clean while she sat with Dad. Last week I lay on the floor instead, and looked at the ceiling.",
                    "It has a stain that looks like a heron. I had never seen it before.",
                ]),
                Turn::Says(&[
                    "Sleep is not it, for me; I sleep with one ear open. Rest is when someone else has the other ear.",
                ]),
                Turn::Says(&[
                    "Dancing in the kitchen at midnight. I come out of it tired and rested at once, if that makes sense.",
                ]),
                Turn::Says(&[
                    "Honestly, it is folding tiny socks. Somebody else is asleep, nothing is asked of me, and there are pairs.",
                ]),
            ],
        },
        Question {
            prompt: "Before we go: what helped you through this week that you want to keep?",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "The parked car. And telling you about it, which I had not planned to do.",
                ]),
                Turn::Says(&[
                    "Saying less. I let the question go by before, and found that I was resting. So I shall keep that.",
                ]),
                Turn::Says(&["The heron. And my aunt's key in the door on Wednesdays."]),
                Turn::Says(&[
                    "I asked a colleague to take the late call, once. She said \"of course\", as if it were nothing. I want to keep asking.",
                ]),
                Turn::Says(&[
                    "Midnight music, with headphones, so that my flatmate and I stay friends.",
                ]),
                Turn::Says(&[
                    "That I can make almost anyone under two laugh. It is not much use at the bank, but it helped.",
                ]),
            ],
        },
    ],
    between: [
        "Thank you. I could draw the plan of that house. Now one question to linger over. Whoever has spoken may name the next, or lay the turn in the middle for whoever reaches for it.",
        "Thank you. I feel slower already, and mean that kindly. One last time round.",
    ],
    goodbyes: [
        "Rest well, each in your own way.",
        "Good night. Small light off, too.",
        "Good night from under the heron.",
        "Good night, and thank you for the other ear.",
        "Sweet dreams. I know which song it will be.",
        "Night. He has stopped singing. She has begun.",
    ],
    closing: "That is our evening. May somebody have the other ear for you tonight. The words are \
              erased when we close; what you take home is yours.",
};
