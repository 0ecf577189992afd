//! What arrives on everyone's screen.

use super::*;

impl World {
    /// Delivers a row's frames in wire order: room, own, snapshots and disconnects, hosts.
    pub(super) fn deliver(&mut self, before: &Room, row: &Row) {
        for seat in self.screens.keys().copied().collect::<Vec<_>>() {
            let text = |id| self.texts.get(&id);
            let room = row.room_frame(|message| self.room.sees(seat, message), text).unwrap();
            self.receive(seat, before, json(room));
            self.receive(seat, before, json(row.own_frame(seat, |id| self.texts.get(&id))));
        }
        for effect in &row.effects {
            match effect {
                Effect::EraseTexts(texts) => texts.iter().for_each(|id| {
                    self.texts.remove(id);
                }),
                Effect::Disconnect { seat, .. } => {
                    self.screens.remove(seat);
                }
                Effect::Resync(seat) => self.welcome(*seat),
                Effect::Bar { .. } | Effect::LiftBar(_) | Effect::Watch(_) | Effect::EndRoom => {}
            }
        }
        for seat in self.screens.keys().copied().collect::<Vec<_>>() {
            let known = self.screens[&seat].cursor.hosts;
            let fresh =
                row.hosts.as_ref().is_some_and(|frame| known.is_some_and(|n| n < frame.number));
            if fresh {
                self.receive(seat, before, json(row.hosts_frame(|id| self.texts.get(&id))));
            }
        }
        for fact in facts_of(row) {
            // New people, and those who return after leaving, get a welcome with a snapshot.
            if let Fact::Presence(PresenceFact::Joined { seat } | PresenceFact::Returned { seat }) =
                fact
                && !self.screens.contains_key(&seat)
            {
                self.welcome(seat);
            }
        }
        self.check_screens();
        self.check_hidden();
        self.check_questions();
    }

    fn welcome(&mut self, seat: SeatNo) {
        let mut screen = self.room.snapshot(seat).unwrap();
        screen.messages =
            self.room.messages_seen(seat, None).map(|(n, message)| (n, message.clone())).collect();
        let ids = screen.text_ids();
        screen.texts =
            ids.iter().filter_map(|id| Some((*id, self.texts.get(id)?.clone()))).collect();
        self.frames.entry(seat).or_default().push(serde_json::to_string(&screen).unwrap());
        self.screens.insert(seat, screen);
    }

    fn receive(&mut self, seat: SeatNo, before: &Room, frame: Option<String>) {
        let Some(frame) = frame else { return };
        let parsed: AudienceFrame = serde_json::from_str(&frame).unwrap();
        self.check_patch(seat, before, &parsed);
        let screen = self.screens.get_mut(&seat).unwrap();
        let old = screen.clone();
        screen.apply(parsed.clone()).unwrap();
        checks::check_fact_ids(&parsed, &old, screen);
        self.frames.entry(seat).or_default().push(frame);
    }
}
