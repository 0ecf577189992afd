//! Session: rest.

use super::format::{QuestionScript, SessionScript, TurnScript};
use hearth_protocol::round::Order;

pub(super) const SESSION: SessionScript = SessionScript {
    hellos: [
        "Good evening. I'm here, and I'm in no hurry.",
        "Hello, all. I've turned off the big light and put the small one on.",
        "Hello. Under a blanket already.",
        "Good evening. Just a quiet hello from me today.",
        "Hiya. The bus was late, but I was later.",
        "Hello. One asleep, one singing. I'll take it.",
    ],
    opening: "Welcome, everyone. Tonight is about rest, so we'll take things even slower than \
              usual. Let the turn come to you. If you'd rather let it go by, that's a kind of rest \
              too.",
    rounds: [
        QuestionScript {
            prompt: "If your day were a room in a house, which room would it be?",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "The hallway. Everything passed through and nothing stayed. It's nice to be in the living room now.",
                ]),
                TurnScript::Share(&[
                    "The shed. Messy, smells of wood, and I could happily spend another day in there.",
                ]),
                TurnScript::Share(&[
                    "The kitchen after a big meal. Not a clean surface anywhere. But everybody's eaten.",
                ]),
                TurnScript::Share(&[
                    "The landing on the stairs. I was always on my way to somewhere else. There's a window, though.",
                ]),
                TurnScript::Share(&[
                    "A library with a broken lamp. I learned a lot, and I couldn't read half of it.",
                ]),
                TurnScript::Later(&[
                    "The bathroom, with the door locked, for six whole minutes. Anyone with small children will understand.",
                ]),
            ],
        },
        QuestionScript {
            prompt: "What does rest look like for you? The real kind, not the kind on posters.",
            order: Order::Popcorn,
            turns: [
                TurnScript::Share(&[
                    "Sitting in the parked car with the engine off. Nobody needs me, and nobody knows where I am.",
                    "I used to think that was odd. Now I think it's my chapel.",
                ]),
                TurnScript::Pass,
                TurnScript::Share(&[
                    "My aunt sits with Dad on Wednesdays, and I always used to clean while she was there. Last week I lay on the floor instead and looked at the ceiling.",
                    "There's a stain up there that looks like a heron. I'd never noticed it.",
                ]),
                TurnScript::Share(&[
                    "Not sleep, for me. I sleep with one ear open. Rest is when somebody else is keeping an ear out.",
                ]),
                TurnScript::Share(&[
                    "Dancing in the kitchen at midnight. I come out of it tired and rested at the same time, if that makes sense.",
                ]),
                TurnScript::Share(&[
                    "Honestly? Folding tiny socks. Everyone else is asleep, nobody wants anything from me, and it all comes in pairs.",
                ]),
            ],
        },
        QuestionScript {
            prompt: "Before we go: what helped you through this week that you'd like to hold on to?",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "The parked car. And telling you about it, which I hadn't planned to do.",
                ]),
                TurnScript::Share(&[
                    "Saying less. I let the last question go by and noticed that I was resting. I'll keep that.",
                ]),
                TurnScript::Share(&[
                    "The heron. And the sound of my aunt's key in the door on Wednesdays.",
                ]),
                TurnScript::Share(&[
                    "I asked a colleague to take the late call, just once. She said \"of course\", like it was nothing. I want to keep asking.",
                ]),
                TurnScript::Share(&[
                    "Midnight music. With headphones, so my flatmate and I stay friends.",
                ]),
                TurnScript::Share(&[
                    "Knowing I can make almost anyone under two laugh. It's no use at the bank, but it helped.",
                ]),
            ],
        },
    ],
    transitions: [
        "Thank you. I could draw a floor plan of that house. The next question is one to take our time with. When you've finished, you can choose who goes next or leave the turn open for anyone.",
        "Thank you. I feel slower already, and I mean that in the best way. One last time round the circle.",
    ],
    goodbyes: [
        "Rest well, whatever that looks like for you.",
        "Good night. Small light off, too.",
        "Good night from under the heron.",
        "Good night, and thanks for keeping an ear out.",
        "Sweet dreams. I already know which song's on tonight.",
        "Night. He's stopped singing. Now she's started.",
    ],
    closing: "That's our evening. I hope someone keeps an ear out for you tonight. What we wrote is \
              deleted when we close. What you take with you is yours.",
};
