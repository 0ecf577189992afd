//! A line that has a place in a room: what comes in goes to the room, what the room's ring holds
//! for it goes out.

use super::quiet::{Need, Quiet};
use super::socket::{Dead, Incoming, Reason, Socket};
use bytes::Bytes;
use hearth_protocol::frame::{BadFrame, Beat, Notice, ServerFrame};
use hearth_protocol::limits::{FRAME_BYTES_MAX, IN_FLIGHT_MAX};
use hearth_protocol::{ClientFrame, CloseCode, Command, CommandId, RefusalCode, SeatNo};
use hearth_rooms::ws_frame::{Frame, PING};
use hearth_rooms::{
    DisconnectReason, Joined, LinkGuard, RateDecision, RoomMessage, RoomRateLimiter, Rooms,
    SeatRateLimiter, Subscriber,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// Bytes taken from the ring for one write.
const WRITE_BYTES_MAX: usize = 64 * 1024;
/// Frames in a row that are no commands: then the other end is no client of ours.
const BAD_FRAMES_MAX: u32 = 8;
/// Pings and pongs of the other end between two ordinary frames, in one quiet time of a line.
const CONTROLS_MAX: u32 = 200;
/// Bytes that may come in without making one whole message.
const UNFINISHED_BYTES_MAX: usize = 4 * FRAME_BYTES_MAX;
/// How long a line waits, when the server stops, for what its room still has for it.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How a line ends.
enum End {
    /// This end closes.
    Close(Reason),
    /// The other end closes.
    Closing,
    /// It is cut off.
    Cut,
}

impl From<CloseCode> for End {
    fn from(code: CloseCode) -> Self {
        Self::Close(code.into())
    }
}

impl From<Dead> for End {
    fn from(Dead: Dead) -> Self {
        Self::Cut
    }
}

/// A line with a place in a room.
pub(super) struct Live<S> {
    socket: Box<Socket<S>>,
    subscriber: Subscriber,
    mailbox: mpsc::Sender<RoomMessage>,
    link: LinkGuard,
    seat: SeatNo,
    seat_rate: Arc<SeatRateLimiter>,
    room_rate: Arc<RoomRateLimiter>,
    first_frames: VecDeque<Bytes>,
    quiet: Quiet,
    write_within: Duration,
    in_flight: usize,
    bad: u32,
    controls: u32,
    unfinished: usize,
}

impl<S> Live<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    /// Returns the line of somebody who joined.
    pub(super) fn new(rooms: &Rooms, mut socket: Box<Socket<S>>, joined: Joined) -> Self {
        // The hello was heard before now: it is no sign of life later.
        socket.take_read();
        let Joined { seat, first_frames, subscriber, mailbox, seat_rate, room_rate, link, .. } =
            joined;
        Self {
            socket,
            subscriber,
            mailbox,
            link,
            seat,
            seat_rate,
            room_rate,
            first_frames,
            quiet: Quiet::new(Instant::now()),
            write_within: rooms.timers().write,
            in_flight: 0,
            bad: 0,
            controls: 0,
            unfinished: 0,
        }
    }

    /// Serves it to its end.
    pub(super) async fn run(&mut self, rooms: &Rooms) {
        let end = self.serve(rooms).await;
        // The room learns of the end now, not after the courtesies.
        self.link.disconnect(match end {
            End::Close(reason) if reason == CloseCode::LineLost.into() => {
                DisconnectReason::PingTimeout
            }
            _ if rooms.stop().is_cancelled() => DisconnectReason::ServerStop,
            _ => DisconnectReason::Closed,
        });
        let drain = rooms.timers().drain;
        match end {
            End::Close(reason) => {
                rooms.count_closed(reason.name);
                Box::pin(self.socket.close(reason, drain)).await;
            }
            End::Closing => Box::pin(self.socket.finish(drain)).await,
            End::Cut => rooms.count_closed("cut"),
        }
    }

    async fn serve(&mut self, rooms: &Rooms) -> End {
        let mut first = std::mem::take(&mut self.first_frames);
        if self.socket.write(&mut first, self.write_within).await.is_err() {
            return End::Cut;
        }
        drop(first);
        let sleep = sleep_until(self.quiet.due(rooms.timers(), false));
        tokio::pin!(sleep);
        loop {
            if let Err(end) = self.send_what_is_there().await {
                return end;
            }
            let due = self.quiet.due(rooms.timers(), self.link.link().has_token());
            // Later is no reason to touch the timer: it fires, and finds nothing needed.
            if due < sleep.deadline() || sleep.is_elapsed() {
                sleep.as_mut().reset(due);
            }
            let reads = self.in_flight < IN_FLIGHT_MAX;
            let step = tokio::select! {
                () = self.subscriber.changed() => Ok(()),
                incoming = self.socket.next(), if reads => self.take(incoming, rooms).await,
                () = sleep.as_mut() => Box::pin(self.on_quiet(rooms)).await,
                () = rooms.stop().cancelled() => return Box::pin(self.last_words()).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Writes what the ring holds for this line.
    async fn send_what_is_there(&mut self) -> Result<(), End> {
        // Made anew each time, so that an idle line holds nothing.
        let mut frames = VecDeque::new();
        loop {
            let taken = self.subscriber.take(&mut frames, WRITE_BYTES_MAX);
            self.in_flight = self.in_flight.saturating_sub(taken.answers);
            if !frames.is_empty() {
                self.socket.write(&mut frames, self.write_within).await?;
                self.quiet.sent(Instant::now());
            }
            if let Some(code) = taken.close {
                return Err(code.into());
            }
            if taken.caught_up {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, incoming: Incoming, rooms: &Rooms) -> Result<(), End> {
        self.notice_life();
        match incoming {
            Incoming::Text(text) => {
                self.unfinished = 0;
                self.controls = 0;
                let parsed = ClientFrame::parse(&text);
                drop(text);
                // Commands are few beside the time a line is idle, and its task carries what its
                // largest step needs.
                Box::pin(self.take_frame(parsed, rooms)).await
            }
            Incoming::Control => {
                self.controls += 1;
                if self.controls > CONTROLS_MAX { Err(CloseCode::Flood.into()) } else { Ok(()) }
            }
            Incoming::Binary(_) => Err(End::Close(Reason::BINARY)),
            Incoming::Bad(reason) => Err(End::Close(reason)),
            Incoming::Closing => Err(End::Closing),
            Incoming::Gone => Err(End::Cut),
        }
    }

    async fn take_frame(
        &mut self,
        parsed: Result<ClientFrame, BadFrame>,
        rooms: &Rooms,
    ) -> Result<(), End> {
        match parsed {
            Ok(ClientFrame::Command { id, command }) => {
                self.bad = 0;
                self.ask(id, command, rooms).await
            }
            Ok(ClientFrame::Writing) => {
                self.bad = 0;
                if self.seat_rate.allows_writing() {
                    let (connection, seat) = (self.link.link().connection(), self.seat);
                    // A room that is busy has better to do than to tell of this.
                    drop(self.mailbox.try_send(RoomMessage::Writing { connection, seat }));
                }
                Ok(())
            }
            Ok(ClientFrame::Hello(_)) => self.bad_frame(None, RefusalCode::Malformed).await,
            Err(BadFrame { re, code }) => self.bad_frame(re, code).await,
        }
    }

    async fn bad_frame(&mut self, re: Option<CommandId>, code: RefusalCode) -> Result<(), End> {
        self.bad += 1;
        if self.bad >= BAD_FRAMES_MAX {
            return Err(CloseCode::BadFrame.into());
        }
        match self.seat_rate.check_command(&self.room_rate) {
            RateDecision::Flood => Err(CloseCode::Flood.into()),
            RateDecision::Allowed | RateDecision::TooFast => self.refuse(re, code).await,
        }
    }

    async fn ask(
        &mut self,
        id: CommandId,
        command: Box<Command>,
        rooms: &Rooms,
    ) -> Result<(), End> {
        let mut pace = self.seat_rate.check_command(&self.room_rate);
        if pace == RateDecision::Allowed && matches!(*command, Command::Page { .. }) {
            pace = self.seat_rate.check_page();
        }
        match pace {
            RateDecision::Allowed => {}
            RateDecision::TooFast => return self.refuse(Some(id), RefusalCode::TooFast).await,
            RateDecision::Flood => return Err(CloseCode::Flood.into()),
        }
        let (connection, seat) = (self.link.link().connection(), self.seat);
        self.in_flight += 1;
        tokio::select! {
            // Where the room is closed, its ring says so next.
            _ = self.mailbox.send(RoomMessage::Command { connection, seat, id, command }) => Ok(()),
            () = rooms.stop().cancelled() => Ok(()),
        }
    }

    async fn refuse(&mut self, re: Option<CommandId>, code: RefusalCode) -> Result<(), End> {
        let frame = Frame::refused(re, code).map_err(|_| End::Cut)?;
        self.write_text(&frame).await
    }

    async fn write_text(&mut self, frame: &Frame) -> Result<(), End> {
        self.socket.write_one(frame.bytes(), self.write_within).await?;
        self.quiet.sent(Instant::now());
        Ok(())
    }

    fn notice_life(&mut self) {
        let read = self.socket.take_read();
        if read > 0 {
            self.unfinished = self.unfinished.saturating_add(read);
            self.quiet.heard(Instant::now());
        }
    }

    async fn on_quiet(&mut self, rooms: &Rooms) -> Result<(), End> {
        self.notice_life();
        self.controls = 0;
        if self.unfinished > UNFINISHED_BYTES_MAX {
            return Err(CloseCode::Flood.into());
        }
        let now = Instant::now();
        if self.in_flight >= IN_FLIGHT_MAX {
            self.quiet.deaf(now);
        }
        match self.quiet.need(rooms.timers(), now, self.link.link().has_token()) {
            Need::Nothing => Ok(()),
            Need::Ping => {
                self.quiet.pinged(now);
                Ok(self.socket.write_one(&Bytes::from_static(PING), self.write_within).await?)
            }
            Need::Beat => {
                let beat = Notice::Beat(Beat { now: rooms.clock().now() });
                let frame = Frame::text(&ServerFrame::Notice(beat)).map_err(|_| End::Cut)?;
                self.write_text(&frame).await
            }
            Need::Lost => Err(CloseCode::LineLost.into()),
        }
    }

    /// The server stops: what the room made durable last is still told.
    async fn last_words(&mut self) -> End {
        let until_closed = async {
            loop {
                if let Err(end) = self.send_what_is_there().await {
                    return end;
                }
                self.subscriber.changed().await;
            }
        };
        timeout(LAST_WORDS, until_closed).await.unwrap_or(CloseCode::Restarting.into())
    }
}
