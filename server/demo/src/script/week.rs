//! Session: the week we've had.

use super::format::{QuestionScript, SessionScript, TurnScript};
use hearth_protocol::round::Order;

pub(super) const SESSION: SessionScript = SessionScript {
    hellos: [
        "Good evening, everyone. The door's open, come in as you are.",
        "Evening, all. I've got a pot of mint tea next to me.",
        "Hi. Early for once! Dad's already asleep.",
        "Hi everyone. Just got off the bus, still in my coat.",
        "Hello, you lot. So nice to see all your names.",
        "Evening. If I'm slow to reply, it's because I've got a baby on one arm.",
    ],
    opening: "Good evening, and welcome. We have a little while together, and three questions: one \
              to arrive with, one to stay with, and one to take home. The turn goes round the \
              circle. Whoever has it speaks, and the rest of us listen. You can always pass.",
    rounds: [
        QuestionScript {
            prompt: "How are you arriving this evening? A word, a colour, your inner weather: whatever comes easily.",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "A bit windswept. Nothing bad, just lots of little things blowing around. It's already settling as I type this.",
                ]),
                TurnScript::Share(&[
                    "Grey, with some sun behind it. I slept well, which I can't say every week.",
                ]),
                TurnScript::Share(&[
                    "Tired, but the good kind. Like after a long walk.",
                    "And glad to be with people I don't have to explain it to.",
                ]),
                TurnScript::Later(&[
                    "OK, I'm ready now. My word is \"unpacked\". Like I've been lugging bags around all week and I've finally put them down.",
                ]),
                TurnScript::Share(&[
                    "Yellow! I got my first exam back today and it went well. So I'm bringing that, and cold feet.",
                ]),
                TurnScript::Share(&[
                    "Fog. Friendly fog. The twins were up at four, so I'll mostly just listen tonight, and happily.",
                ]),
            ],
        },
        QuestionScript {
            prompt: "What has drained you this week, or given you some strength back?",
            order: Order::Popcorn,
            turns: [
                TurnScript::Share(&[
                    "What drains me is being the one who remembers everything. Tablets, forms, whose birthday it is.",
                    "What gave me some strength back was forgetting all of it for an hour at the pool.",
                ]),
                TurnScript::Share(&[
                    "My neighbour's hedge, of all things. I offered to trim it, and we ended up chatting over it for an hour.",
                    "I hadn't realised how much I'd missed a normal conversation.",
                ]),
                TurnScript::Share(&[
                    "The forms. Eleven pages, and half of them ask what he can't do any more. It's hard to write that down, every single time.",
                    "He sang while I was filling them in, though. All the verses.",
                ]),
                TurnScript::Share(&[
                    "For me it's the phone. Every time it rings, I think something's happened to my sister.",
                    "It rang on Sunday, and she just wanted to tell me the plum tree's in flower.",
                ]),
                TurnScript::Share(&[
                    "I said no to an extra shift. That was the hard part and the good part in one.",
                ]),
                TurnScript::Pass,
            ],
        },
        QuestionScript {
            prompt: "Last round for tonight: what helped you through this week?",
            order: Order::GoRound,
            turns: [
                TurnScript::Share(&[
                    "Swimming. Lists I get to tear up. And knowing I'd see you all this evening.",
                ]),
                TurnScript::Share(&[
                    "Stubbornness, I'd say. My wife calls it patience, so let's go with that.",
                ]),
                TurnScript::Share(&[
                    "His singing. And I asked my brother for help, and he came. I hadn't asked in a long time.",
                ]),
                TurnScript::Share(&[
                    "I let the phone ring twice before I picked up. Two rings, just to breathe.",
                ]),
                TurnScript::Share(&[
                    "My friends. They read my notes to me in silly voices the night before the exam.",
                ]),
                TurnScript::Share(&[
                    "Walking round the block with the pram at half past four in the morning. We had the street to ourselves, us and a blackbird.",
                ]),
            ],
        },
    ],
    transitions: [
        "Thank you. All kinds of weather, and we all made it here. Let's stay with the next question for a while. This time, when you've finished, you can choose who goes next or leave the turn open for anyone.",
        "Thank you, all of you. This is our last round.",
    ],
    goodbyes: [
        "Take care of yourselves, everyone.",
        "Good night. Time to water the mint.",
        "Thank you. I'm leaving lighter than I came.",
        "Night, everyone. See you next time.",
        "Bye! My feet have warmed up.",
        "Thank you. Both asleep. I hardly dare move.",
    ],
    closing: "Thank you for listening to each other tonight. What was said stays here, and the \
              words are deleted when the session ends. If something is weighing on you, please \
              talk to someone you trust. Thank you, every one of you.",
};
