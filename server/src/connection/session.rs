//! A connection that has a seat: it passes the client's commands to the room, and sends what the
//! room's broadcast buffer holds for it.

use super::keepalive::{Keepalive, KeepaliveAction};
use super::socket::{Incoming, ServerClose, Socket, WriteFailed};
use bytes::Bytes;
use hearth_protocol::frame::{BadFrame, Beat, Notice, ServerFrame};
use hearth_protocol::limits::{FRAME_BYTES_MAX, IN_FLIGHT_MAX};
use hearth_protocol::message::MessageCommand;
use hearth_protocol::{ClientFrame, CloseCode, Command, CommandId, RefusalCode, SeatNo};
use hearth_rooms::clock::RoomClock;
use hearth_rooms::ws_frame::{Frame, PING};
use hearth_rooms::{
    ConnectionEnd, Joined, LinkGuard, RateDecision, RoomMessage, RoomRateLimiter, Rooms,
    SeatRateLimiter, Subscriber,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// Bytes to take from the broadcast buffer for one write.
const WRITE_BYTES_MAX: usize = 64 * 1024;
/// Consecutive invalid frames after which the connection is closed.
const INVALID_FRAMES_MAX: u32 = 8;
/// Pings and pongs to accept between two messages, or between two keepalive deadlines.
const CONTROL_FRAMES_MAX: u32 = 200;
/// Bytes to accept without a complete message.
const INCOMPLETE_BYTES_MAX: usize = 4 * FRAME_BYTES_MAX;
/// How long a connection waits for its room's last frames when the server stops.
const FINAL_FRAMES_TIMEOUT: Duration = Duration::from_secs(1);

/// How a connection ends.
enum End {
    /// We close it.
    Close(ServerClose),
    /// The peer closes it.
    PeerCloses,
    /// It's dropped without a close.
    Drop,
}

impl From<CloseCode> for End {
    fn from(code: CloseCode) -> Self {
        Self::Close(code.into())
    }
}

impl From<WriteFailed> for End {
    fn from(WriteFailed: WriteFailed) -> Self {
        Self::Drop
    }
}

/// A connection with a seat in a room.
pub(super) struct Session<S> {
    socket: Box<Socket<S>>,
    /// The room's time.
    clock: RoomClock,
    subscriber: Subscriber,
    mailbox: mpsc::Sender<RoomMessage>,
    link: LinkGuard,
    seat: SeatNo,
    seat_rate: Arc<SeatRateLimiter>,
    room_rate: Arc<RoomRateLimiter>,
    /// Encoded frames to send before anything from the broadcast buffer.
    first_frames: VecDeque<Bytes>,
    keepalive: Keepalive,
    write_timeout: Duration,
    /// Commands the room hasn't answered yet.
    in_flight: usize,
    /// Consecutive invalid frames.
    invalid_frames: u32,
    control_frames: u32,
    /// Bytes received since the last complete message.
    incomplete_bytes: usize,
}

impl<S> Session<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    pub(super) fn new(rooms: &Rooms, mut socket: Box<Socket<S>>, joined: Joined) -> Self {
        // Don't count the hello as activity of the session.
        socket.take_bytes_read();
        let Joined {
            clock,
            seat,
            first_frames,
            subscriber,
            mailbox,
            seat_rate,
            room_rate,
            link,
            ..
        } = joined;
        Self {
            socket,
            clock,
            subscriber,
            mailbox,
            link,
            seat,
            seat_rate,
            room_rate,
            first_frames,
            keepalive: Keepalive::new(Instant::now()),
            write_timeout: rooms.timers().write,
            in_flight: 0,
            invalid_frames: 0,
            control_frames: 0,
            incomplete_bytes: 0,
        }
    }

    /// Runs until the connection closes.
    pub(super) async fn run(&mut self, rooms: &Rooms) {
        let end = self.serve(rooms).await;
        // Nothing may follow a close.
        self.subscriber.stop_direct_writes();
        // Tell the room before the close handshake, which may take seconds.
        self.link.disconnect(match end {
            End::Close(reason) if reason == CloseCode::ConnectionLost.into() => {
                ConnectionEnd::PingTimeout
            }
            _ if rooms.stop().is_cancelled() => ConnectionEnd::ServerStop,
            _ => ConnectionEnd::Closed,
        });
        let drain = rooms.timers().drain;
        match end {
            End::Close(reason) => {
                rooms.count_closed(reason.name);
                Box::pin(self.socket.close(reason, drain)).await;
            }
            End::PeerCloses => Box::pin(self.socket.finish(drain)).await,
            End::Drop => rooms.count_closed("cut"),
        }
    }

    async fn serve(&mut self, rooms: &Rooms) -> End {
        let mut first = std::mem::take(&mut self.first_frames);
        if self.socket.write(&mut first, self.write_timeout).await.is_err() {
            return End::Drop;
        }
        drop(first);
        let sleep = sleep_until(self.keepalive.deadline(rooms.timers(), false));
        // Kept over all steps: a new one would enter a list that all connections share.
        let stopping = rooms.stop().cancelled();
        tokio::pin!(sleep, stopping);
        loop {
            if let Err(end) = self.send_pending().await {
                return end;
            }
            if self.in_flight >= IN_FLIGHT_MAX {
                // Answers must wake this task, so that it reads again.
                self.answered(self.subscriber.stop_direct_writes());
            }
            let deadline = self.keepalive.deadline(rooms.timers(), self.link.has_token());
            // If the deadline moved later, leave the timer alone: it fires and finds nothing to do.
            if deadline < sleep.deadline() || sleep.is_elapsed() {
                sleep.as_mut().reset(deadline);
            }
            let reading = self.in_flight < IN_FLIGHT_MAX;
            let step = tokio::select! {
                // No branch starves: pending frames are sent before each step, and input is limited.
                biased;
                incoming = self.socket.next(), if reading => self.handle(incoming, rooms).await,
                () = self.subscriber.changed() => Ok(()),
                () = sleep.as_mut() => Box::pin(self.on_deadline(rooms)).await,
                () = stopping.as_mut() => return Box::pin(self.send_final_frames()).await,
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Sends everything the broadcast buffer holds for this connection. After that, the room
    /// writes new frames itself.
    async fn send_pending(&mut self) -> Result<(), End> {
        // Allocated per wake-up so idle connections hold no memory.
        let mut frames = VecDeque::new();
        loop {
            let taken = self.subscriber.take(&mut frames, WRITE_BYTES_MAX);
            self.answered(taken.answers);
            let nothing = frames.is_empty() && !taken.flush;
            if !frames.is_empty() {
                self.socket.write(&mut frames, self.write_timeout).await?;
                self.keepalive.sent(Instant::now());
            } else if taken.flush {
                self.socket.flush(self.write_timeout).await?;
            }
            if let Some(code) = taken.close {
                return Err(code.into());
            }
            if nothing && taken.caught_up {
                return Ok(());
            }
        }
    }

    /// Notes that the room has answered commands.
    fn answered(&mut self, answers: usize) {
        self.in_flight = self.in_flight.saturating_sub(answers);
    }

    async fn handle(&mut self, incoming: Incoming, rooms: &Rooms) -> Result<(), End> {
        self.note_activity();
        match incoming {
            Incoming::Text(text) => {
                self.incomplete_bytes = 0;
                self.control_frames = 0;
                let parsed = ClientFrame::parse(&text);
                drop(text);
                // Boxed, because a task is as large as its largest step and commands are rare.
                Box::pin(self.handle_frame(parsed, rooms)).await
            }
            Incoming::Control => {
                self.control_frames += 1;
                if self.control_frames > CONTROL_FRAMES_MAX {
                    Err(CloseCode::Flood.into())
                } else {
                    Ok(())
                }
            }
            Incoming::Binary(_) => Err(End::Close(ServerClose::BINARY)),
            Incoming::Invalid(reason) => Err(End::Close(reason)),
            Incoming::Closing => Err(End::PeerCloses),
            Incoming::Lost => Err(End::Drop),
        }
    }

    async fn handle_frame(
        &mut self,
        parsed: Result<ClientFrame, BadFrame>,
        rooms: &Rooms,
    ) -> Result<(), End> {
        match parsed {
            Ok(ClientFrame::Command { id, command }) => {
                self.invalid_frames = 0;
                self.submit(id, command, rooms).await
            }
            Ok(ClientFrame::Writing) => {
                self.invalid_frames = 0;
                if self.seat_rate.allows_writing() {
                    let (connection, seat) = (self.link.connection(), self.seat);
                    // If the mailbox is full, the room has more important things to do.
                    drop(self.mailbox.try_send(RoomMessage::Writing { connection, seat }));
                }
                Ok(())
            }
            Ok(ClientFrame::Hello(_)) => {
                self.handle_invalid(None, RefusalCode::Malformed, rooms).await
            }
            Err(BadFrame { re, code }) => self.handle_invalid(re, code, rooms).await,
        }
    }

    async fn handle_invalid(
        &mut self,
        re: Option<CommandId>,
        code: RefusalCode,
        rooms: &Rooms,
    ) -> Result<(), End> {
        self.invalid_frames += 1;
        if self.invalid_frames >= INVALID_FRAMES_MAX {
            return Err(CloseCode::BadFrame.into());
        }
        match self.seat_rate.check_command(&self.room_rate) {
            RateDecision::Flood => Err(CloseCode::Flood.into()),
            RateDecision::Allowed | RateDecision::TooFast => self.refuse(re, code, rooms).await,
        }
    }

    async fn submit(
        &mut self,
        id: CommandId,
        command: Box<Command>,
        rooms: &Rooms,
    ) -> Result<(), End> {
        let mut pace = self.seat_rate.check_command(&self.room_rate);
        if pace == RateDecision::Allowed
            && matches!(*command, Command::Message(MessageCommand::Page { .. }))
        {
            pace = self.seat_rate.check_page();
        }
        match pace {
            RateDecision::Allowed => {}
            RateDecision::TooFast => {
                return self.refuse(Some(id), RefusalCode::TooFast, rooms).await;
            }
            RateDecision::Flood => return Err(CloseCode::Flood.into()),
        }
        let (connection, seat) = (self.link.connection(), self.seat);
        self.in_flight += 1;
        tokio::select! {
            // If the room is closed, its broadcast buffer says so next.
            _ = self.mailbox.send(RoomMessage::Command { connection, seat, id, command }) => Ok(()),
            () = rooms.stop().cancelled() => Ok(()),
        }
    }

    async fn refuse(
        &mut self,
        re: Option<CommandId>,
        code: RefusalCode,
        rooms: &Rooms,
    ) -> Result<(), End> {
        rooms.count_refusal(code);
        let frame = Frame::refused(re, code).map_err(|_| End::Drop)?;
        self.write_text(&frame).await
    }

    async fn write_text(&mut self, frame: &Frame) -> Result<(), End> {
        self.socket.write_one(frame.bytes(), self.write_timeout).await?;
        self.keepalive.sent(Instant::now());
        Ok(())
    }

    fn note_activity(&mut self) {
        let read = self.socket.take_bytes_read();
        if read > 0 {
            self.incomplete_bytes = self.incomplete_bytes.saturating_add(read);
            self.keepalive.received(Instant::now());
        }
    }

    async fn on_deadline(&mut self, rooms: &Rooms) -> Result<(), End> {
        self.note_activity();
        if let Some(written) = self.subscriber.written_at() {
            self.keepalive.sent(written);
        }
        self.control_frames = 0;
        if self.incomplete_bytes > INCOMPLETE_BYTES_MAX {
            return Err(CloseCode::Flood.into());
        }
        let now = Instant::now();
        if self.in_flight >= IN_FLIGHT_MAX {
            self.keepalive.not_reading(now);
        }
        match self.keepalive.action(rooms.timers(), now, self.link.has_token()) {
            KeepaliveAction::Nothing => Ok(()),
            KeepaliveAction::SendPing => {
                self.keepalive.pinged(now);
                Ok(self.socket.write_one(&Bytes::from_static(PING), self.write_timeout).await?)
            }
            KeepaliveAction::SendBeat => {
                let beat = Notice::Beat(Beat { now: self.clock.now() });
                let frame = Frame::text(&ServerFrame::Notice(beat)).map_err(|_| End::Drop)?;
                self.write_text(&frame).await
            }
            KeepaliveAction::GiveUp => Err(CloseCode::ConnectionLost.into()),
        }
    }

    /// Sends the last frames that the room committed before the server stops.
    async fn send_final_frames(&mut self) -> End {
        let until_closed = async {
            loop {
                if let Err(end) = self.send_pending().await {
                    return end;
                }
                self.subscriber.changed().await;
            }
        };
        timeout(FINAL_FRAMES_TIMEOUT, until_closed).await.unwrap_or(CloseCode::Restarting.into())
    }
}
