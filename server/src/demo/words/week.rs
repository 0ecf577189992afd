//! The week we have had.

use super::{Question, Session, Turn};
use hearth_protocol::Order;

pub(super) const SESSION: Session = Session {
    hellos: [
        "Good evening, everyone. The door is open; come in as you are.",
        "Evening all. I have a pot of mint tea beside me.",
        "Hello. I am early for once. Dad is asleep already.",
        "Hi everyone. Just in from the bus, still in my coat.",
        "Hello you lot. Nice to see your names.",
        "Evening. If I am slow to answer, I have a baby on one arm.",
    ],
    opening: "Good evening. We are here for a good half hour, with one question to arrive, one to \
              stay with, and one to go home with. The turn goes round; whoever has it speaks, and \
              the rest of us listen. Passing is always fine.",
    rounds: [
        Question {
            prompt: "How do you arrive this evening? A word, a colour, the weather in you: whatever is easy.",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "I arrive a little windy. Nothing bad, just many small things blowing about. It settles already as I write this.",
                ]),
                Turn::Says(&[
                    "Grey with a bit of sun behind it. I slept, which I cannot say of every week.",
                ]),
                Turn::Says(&[
                    "Tired, but the soft kind. Like after a long walk.",
                    "And glad to sit down with people who do not need it explained.",
                ]),
                Turn::Later(&[
                    "I can now. My word is \"unpacked\". As if I had been carrying bags all week and have just put them on the floor.",
                ]),
                Turn::Says(&[
                    "Yellow! I had my first exam back today and it went well. So I come with that, and with cold feet.",
                ]),
                Turn::Says(&[
                    "Fog. Friendly fog. The twins were up at four, so I shall mostly be listening, with pleasure.",
                ]),
            ],
        },
        Question {
            prompt: "What has taken strength from you this week, or given some back?",
            order: Order::Popcorn,
            turns: [
                Turn::Says(&[
                    "What takes strength from me is being the one who remembers everything: tablets, forms, whose birthday it is.",
                    "What gave some back was forgetting it all for an hour in the swimming pool.",
                ]),
                Turn::Says(&[
                    "My neighbour's hedge, of all things. I offered to cut it and we ended up talking over it for an hour.",
                    "I had not known how much I missed an ordinary conversation.",
                ]),
                Turn::Says(&[
                    "The forms took it. Eleven pages, and half of them ask what he can no longer do. I find that hard to write down each time.",
                    "He sang while I was filling them in, though. All the verses.",
                ]),
                Turn::Says(&[
                    "The phone takes mine. Whenever it rings I think that something is wrong with my sister.",
                    "On Sunday it rang, and she only wanted to tell me that the plum tree is in flower.",
                ]),
                Turn::Says(&[
                    "I said no to an extra shift. That was the hard part and the good part in one.",
                ]),
                Turn::Passes,
            ],
        },
        Question {
            prompt: "The last round for tonight: what helped you through this week?",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "Water. Lists that I may tear up. And knowing that this evening would come.",
                ]),
                Turn::Says(&[
                    "Stubbornness, I should say. My wife calls it patience, so let us call it that.",
                ]),
                Turn::Says(&[
                    "His singing. And I notice that I asked my brother for help, and he came. I had not asked in a long while.",
                ]),
                Turn::Says(&[
                    "That I let the phone ring twice before I picked it up. Two rings of breathing.",
                ]),
                Turn::Says(&[
                    "My friends, who read my notes out to me in silly voices the night before.",
                ]),
                Turn::Says(&[
                    "The walk round the block at half past four with the pram. The whole street to ourselves, and a blackbird.",
                ]),
            ],
        },
    ],
    between: [
        "Thank you. I hear weather of all kinds, and that we are all here. Let us stay with one question for a while. This time, whoever has spoken may name the next, or lay the turn in the middle.",
        "Thank you for all of that. We have come to the last round.",
    ],
    goodbyes: [
        "Go gently, all of you.",
        "Good night. I shall water the mint.",
        "Thank you. I go lighter than I came.",
        "Night, everyone. Until next time.",
        "Bye! Warm feet by now.",
        "Thank you. Both asleep. I hardly dare to move.",
    ],
    closing: "We have heard each other. What was said stays here, and the words go when the \
              session does. If something weighs on you tonight, tell somebody you trust. Thank you, \
              each of you.",
};
