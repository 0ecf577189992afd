//! Small kindnesses.

use super::{Question, Session, Turn};
use hearth_protocol::Order;

pub(super) const SESSION: Session = Session {
    hellos: [
        "Hello and welcome. There is time; we begin when we have all come in.",
        "Good evening. Rain on the roof here, the good sort.",
        "Hi. I have my knitting with me, so my hands are calm.",
        "Hello everyone. Long day, short greeting.",
        "Hey. I brought biscuits, in spirit.",
        "Evening all. Two arms free tonight!",
    ],
    opening: "Welcome to our evening. Let us take one breath before we start. The turn goes round \
              once to arrive. Take it, pass it, or ask for it later: nobody here keeps count.",
    rounds: [
        Question {
            prompt: "What did you leave outside the door just now, and what did you bring in?",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "I left my shopping list outside. I brought in curiosity about how you all are.",
                ]),
                Turn::Later(&[
                    "I left the news outside. I brought a good mood, and I did not expect it, so I had to look for the words.",
                ]),
                Turn::Says(&[
                    "Outside: the washing, all of it. Inside: half a scarf, and the wish to hear other voices than the television.",
                ]),
                Turn::Says(&[
                    "I left my work shoes by the door, truly. What I bring is a heavy head and a light heart. It could be worse.",
                ]),
                Turn::Says(&[
                    "I left a quarrel with my flatmate outside. It will still be there later. I bring the biscuits.",
                ]),
                Turn::Says(&[
                    "I left the twins with their aunt for two hours. I bring, let me see, a person who can finish a sentence.",
                ]),
            ],
        },
        Question {
            prompt: "Tell us of a small thing that somebody did for you, or you for somebody.",
            order: Order::Hands,
            turns: [
                Turn::Says(&[
                    "The woman at the chemist's had put Mother's things in a bag before I had said a word. She only nodded.",
                    "I sat in the car afterwards and thought: somebody knows how it is.",
                ]),
                Turn::Says(&[
                    "I held a door for a young man with a cello. He played me eight bars of something, there on the stairs, as a toll.",
                ]),
                Turn::Says(&[
                    "My brother rang and did not ask how Dad is. He asked how I am. And then he waited for the answer.",
                    "I did not know what to say at first. It was nice that he waited.",
                ]),
                Turn::Passes,
                Turn::Says(&[
                    "A stranger on the train moved her bag before I had to ask. It was ten seconds, and it made the whole morning.",
                ]),
                Turn::Says(&[
                    "My neighbour leaves soup at our door. No note. She returns the empty pot with me on Sundays, as if I were the one doing her a kindness.",
                    "I think that is the art of it.",
                ]),
            ],
        },
        Question {
            prompt: "To close: what helped you through the last days, and what does that say of you?",
            order: Order::GoRound,
            turns: [
                Turn::Says(&[
                    "Talking to the chemist's cat. It says that I can be comforted by very little, and I mean to take that as a strength.",
                ]),
                Turn::Says(&[
                    "Getting up at the same hour each day. It says I am my father's son, and for once I like that.",
                ]),
                Turn::Says(&[
                    "That I answered my brother honestly. It says I am braver on the phone than I think.",
                ]),
                Turn::Says(&[
                    "Doing one thing at a time. I passed before; now I can say that it helped me to listen to you.",
                ]),
                Turn::Says(&[
                    "Humour. It says that I will probably go home and say sorry first. We shall see.",
                ]),
                Turn::Says(&[
                    "Accepting the soup. I was brought up to refuse it twice. So: I can learn.",
                ]),
            ],
        },
    ],
    between: [
        "Thank you. So much has been left outside that the hall must be full. For the next question, raise a hand when you would like to speak; those who have spoken least go first.",
        "What a lot of small lights. Let us go round once more before we close.",
    ],
    goodbyes: [
        "Thank you for your company. Sleep well.",
        "Good night. The rain has stopped.",
        "Good night. Seven rows further.",
        "Thanks, all. That was good for me.",
        "Night! Wish me luck with the flatmate.",
        "Good night. Off to fetch two sleeping bundles.",
    ],
    closing: "With that we close for tonight. Take one small kindness home with you, for somebody \
              else or for yourself. What was said here stays here.",
};
