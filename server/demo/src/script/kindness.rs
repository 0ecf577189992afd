//! Session: small kindnesses.

use super::format::{QuestionScript, SessionScript, TurnScript};
use hearth_protocol::round::Order;

pub(super) const SESSION: SessionScript = SessionScript {
    hellos: [
        "Hello and welcome. No rush, we'll start once everyone's in.",
        "Good evening. Rain on the roof here, the cosy kind.",
        "Hi. I brought my knitting, so my hands have something to do.",
        "Hello everyone. Long day, short hello.",
        "Hey. I brought biscuits, in spirit.",
        "Evening, all. Both arms free tonight!",
    ],
    opening: "Welcome, everyone. Let's take a breath together before we start. First the turn goes \
              round once, so that each of us can arrive. Take it, pass, or come back to it later. \
              Nobody's keeping count.",
    rounds: [
        QuestionScript {
            prompt: "What did you leave at the door just now, and what did you bring in with you?",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "I left my shopping list at the door. And I brought in a lot of curiosity about how you're all doing.",
                ]),
                TurnScript::Later(&[
                    "I left the news outside. And I seem to have brought a good mood. I didn't expect that, so I needed a minute to find the words.",
                ]),
                TurnScript::Share(&[
                    "Left outside: the laundry, all of it. Brought in: half a scarf, and a longing for voices that aren't the TV.",
                ]),
                TurnScript::Share(&[
                    "I left my work shoes at the door, literally. I brought a heavy head and a light heart. Could be worse.",
                ]),
                TurnScript::Share(&[
                    "I left an argument with my flatmate outside. It'll still be there later. I brought the biscuits.",
                ]),
                TurnScript::Share(&[
                    "I left the twins with their aunt for two hours. What I brought is, let me see, a person who can finish a sentence.",
                ]),
            ],
        },
        QuestionScript {
            prompt: "Tell us about something small that someone did for you, or that you did for someone.",
            order: Order::Hands,
            turns: [
                TurnScript::Share(&[
                    "The woman at the pharmacy had Mum's things bagged up before I'd said a word. She just nodded at me.",
                    "I sat in the car afterwards and thought: somebody gets it.",
                ]),
                TurnScript::Share(&[
                    "I held a door for a young man with a cello. He played me eight bars right there on the stairs. That was the toll, he said.",
                ]),
                TurnScript::Share(&[
                    "My brother rang, and he didn't ask how Dad is. He asked how I am. And then he waited for the answer.",
                    "I didn't know what to say at first. It was lovely that he waited.",
                ]),
                TurnScript::Pass,
                TurnScript::Share(&[
                    "A stranger on the train moved her bag before I had to ask. It took two seconds and it made my whole morning.",
                ]),
                TurnScript::Share(&[
                    "My neighbour leaves soup at our door. No note. I bring the empty pot back on Sundays, and she thanks me as if I'd done her a favour.",
                    "I think that's the art of it.",
                ]),
            ],
        },
        QuestionScript {
            prompt: "To close: what helped you through the last few days, and what does that say about you?",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "Having a chat with the pharmacist's cat. It says I'm easily comforted, and I've decided that's a strength.",
                ]),
                TurnScript::Share(&[
                    "Getting up at the same time every day. It says I'm my father's son, and for once I like that.",
                ]),
                TurnScript::Share(&[
                    "I gave my brother an honest answer. I guess I'm braver on the phone than I thought.",
                ]),
                TurnScript::Share(&[
                    "Doing one thing at a time. I passed in the last round because I just wanted to listen. Maybe it says I know when I've had enough.",
                ]),
                TurnScript::Share(&[
                    "Being able to laugh about things. It says I'll probably go home and apologise first. We'll see.",
                ]),
                TurnScript::Share(&[
                    "Saying yes to the soup. I was raised to refuse everything twice. So it turns out I can learn.",
                ]),
            ],
        },
    ],
    transitions: [
        "Thank you. With everything we've left at the door, the hallway must be full by now. For the next question, raise your hand when you'd like to speak. People who have spoken least go first.",
        "So many small lights. Let's go round once more before we close.",
    ],
    goodbyes: [
        "Thank you for your company. Sleep well.",
        "Good night. The rain's stopped.",
        "Good night. Seven more rows done.",
        "Thanks, all. I needed that.",
        "Night! Wish me luck with the flatmate.",
        "Good night. Off to pick up two sleepy bundles.",
    ],
    closing: "That's us for tonight. Take one small kindness home with you, for someone else or \
              for yourself. What was said here stays here.",
};
