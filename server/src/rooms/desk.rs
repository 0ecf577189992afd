//! What a line and its room share besides the ring: whether the line is still there, whether the
//! token is with its seat, and the few large frames that are for this line alone.

use crate::rooms::wire::Frame;
use hearth_protocol::WordsId;
use hearth_protocol::limits::IN_FLIGHT_MAX;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Large frames (pages, fresh snapshots) that may wait for one line.
const SHELF_FRAMES_MAX: usize = IN_FLIGHT_MAX;
/// Bytes of them.
const SHELF_BYTES_MAX: usize = 512 * 1024;

/// The number of a line, unique while the server runs. It stands in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineNo(pub u64);

impl fmt::Display for LineNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a line went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gone {
    /// It was closed, by either side or by the network: it may come back in a moment.
    Closed,
    /// A ping stayed unanswered: nobody is there.
    Lost,
    /// This server stops: the next one finds the seat as it was, and wakes it.
    Stopped,
}

const HERE: u8 = 0;
const CLOSED: u8 = 1;
const LOST: u8 = 2;
const STOPPED: u8 = 3;

/// What a line and its room share.
#[derive(Debug)]
pub(crate) struct Desk {
    line: LineNo,
    gone: AtomicU8,
    token: AtomicBool,
    shelf: Mutex<VecDeque<Frame>>,
    driver: Arc<Notify>,
}

impl Desk {
    /// Returns the desk of a line; `driver` is told when the line goes.
    pub(crate) fn new(line: LineNo, driver: Arc<Notify>) -> Self {
        Self {
            line,
            gone: AtomicU8::new(HERE),
            token: AtomicBool::new(false),
            shelf: Mutex::default(),
            driver,
        }
    }

    /// Returns which line it is.
    pub(crate) fn line(&self) -> LineNo {
        self.line
    }

    /// Returns how the line went, if it did.
    pub(crate) fn gone(&self) -> Option<Gone> {
        match self.gone.load(Ordering::Acquire) {
            HERE => None,
            LOST => Some(Gone::Lost),
            STOPPED => Some(Gone::Stopped),
            _ => Some(Gone::Closed),
        }
    }

    fn leave(&self, how: Gone) {
        let how = match how {
            Gone::Closed => CLOSED,
            Gone::Lost => LOST,
            Gone::Stopped => STOPPED,
        };
        // The first reason given is the true one; what follows from it comes after.
        if self.gone.compare_exchange(HERE, how, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.driver.notify_one();
        }
    }

    /// Returns whether the token is offered to the line's seat, or held by it.
    pub(crate) fn has_token(&self) -> bool {
        self.token.load(Ordering::Relaxed)
    }

    /// Says whether the token is offered to the line's seat, or held by it.
    pub(crate) fn set_token(&self, here: bool) {
        self.token.store(here, Ordering::Relaxed);
    }

    /// Puts down a large frame for the line; false where too many wait already.
    pub(crate) fn put(&self, frame: Frame) -> bool {
        let mut shelf = self.shelf();
        let bytes: usize = shelf.iter().map(Frame::len).sum();
        let fits = shelf.len() < SHELF_FRAMES_MAX && bytes + frame.len() <= SHELF_BYTES_MAX;
        if fits {
            shelf.push_back(frame);
        }
        fits
    }

    /// Takes the large frame that was put down first.
    pub(crate) fn take(&self) -> Option<Frame> {
        let mut shelf = self.shelf();
        let frame = shelf.pop_front();
        if shelf.is_empty() {
            // Most lines never need a shelf again: give its memory back.
            shelf.shrink_to_fit();
        }
        frame
    }

    /// Takes erased words out of what waits.
    pub(crate) fn erase(&self, erased: WordsId) {
        for frame in self.shelf().iter_mut() {
            if let Some(bare) = frame.without(erased) {
                *frame = bare;
            }
        }
    }

    fn shelf(&self) -> MutexGuard<'_, VecDeque<Frame>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The line's hold on its desk: whatever ends the line, its room learns of it.
#[derive(Debug)]
pub(crate) struct LineHold(Arc<Desk>);

impl LineHold {
    /// Returns the hold on a desk.
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self(desk)
    }

    /// Returns the desk.
    pub(crate) fn desk(&self) -> &Arc<Desk> {
        &self.0
    }

    /// Says how the line goes, where it is known better than *closed*.
    pub(crate) fn leave(&self, how: Gone) {
        self.0.leave(how);
    }
}

impl Drop for LineHold {
    fn drop(&mut self) {
        self.0.leave(Gone::Closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_protocol::frame::{Outcome, Page};
    use hearth_protocol::text::{Text, Words};
    use hearth_protocol::{Said, SaidKind, SeatNo};
    use uuid::Uuid;

    fn desk() -> (Arc<Desk>, Arc<Notify>) {
        let driver = Arc::new(Notify::new());
        (Arc::new(Desk::new(LineNo(1), driver.clone())), driver)
    }

    #[tokio::test]
    async fn a_line_that_ends_in_any_way_tells_its_room_once() {
        let (desk, driver) = desk();
        let hold = LineHold::new(desk.clone());
        assert_eq!(desk.gone(), None);
        hold.leave(Gone::Lost);
        drop(hold);
        assert_eq!(desk.gone(), Some(Gone::Lost));
        driver.notified().await;

        let (desk, driver) = self::desk();
        drop(LineHold::new(desk.clone()));
        assert_eq!(desk.gone(), Some(Gone::Closed));
        driver.notified().await;
    }

    #[test]
    fn words_taken_back_do_not_wait_on_a_shelf() {
        let (desk, _driver) = desk();
        let id = WordsId(Uuid::from_u128(5));
        let said = Said {
            words: Words::new(id, Text::plain("in haste")),
            seat: SeatNo(1),
            kind: SaidKind::Share,
            round: 1,
            at: 9,
            taken_back: false,
            gestures: Vec::new(),
        };
        let page = Outcome::Page(Page { said: vec![said], earlier: false });
        assert!(desk.put(Frame::answer(None, page).unwrap()));
        desk.erase(id);
        assert!(!desk.take().unwrap().payload().contains("in haste"));
    }

    #[test]
    fn a_shelf_is_bounded_in_frames_and_in_bytes_and_keeps_their_order() {
        let (desk, _driver) = desk();
        let small = Frame::text(&"a").unwrap();
        for _ in 0..SHELF_FRAMES_MAX {
            assert!(desk.put(small.clone()));
        }
        assert!(!desk.put(small.clone()));
        while desk.take().is_some() {}
        let large = Frame::text(&"b".repeat(SHELF_BYTES_MAX - 100)).unwrap();
        assert!(desk.put(large.clone()));
        assert!(!desk.put(large));
        assert!(desk.put(small));
        assert!(desk.take().unwrap().payload().starts_with("\"b"));
        assert_eq!(desk.take().unwrap().payload(), "\"a\"");
        assert!(desk.take().is_none());
    }
}
