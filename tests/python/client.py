"""A client of the Hearth protocol, written from protocol/PROTOCOL.md alone."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import urllib.error
import urllib.request
import uuid

import websockets
from websockets.asyncio.client import connect

OPTIONS = {"subprotocols": ["hearth.v1"], "max_size": None, "proxy": None}
ROLES = ["keeper", "facilitator", "moderator", "participant", "listener"]
RETRIED = {"not_stored", "too_fast"}


def encode(key):
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def hkdf(secret, info):
    """HKDF-SHA-256 (RFC 5869) without salt, for one block of 32 bytes."""
    extracted = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(extracted, info.encode() + b"\x01", hashlib.sha256).digest()


def entry_key(secret):
    return hkdf(secret, "hearth/v1/entry")


def request(origin, method, path, key=None, body=None):
    """Sends an HTTP request and returns its JSON answer."""
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Hearth {encode(key)}"
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(origin + path, data=data, headers=headers, method=method)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(sent, timeout=30) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error


def create_circle(origin, title, settings):
    """Creates a circle and returns its id and the entry key of each role."""
    keys = {role: entry_key(os.urandom(32)) for role in ROLES}
    hashes = {role: encode(hashlib.sha256(key).digest()) for role, key in keys.items()}
    entries = [{"role": role, "entry_hash": hashes[role], "locker": ""} for role in ROLES]
    body = {"title": {"plain": title}, "settings": settings, "entries": entries}
    return request(origin, "POST", "/api/circles", body=body)["circle"], keys


def merge(target, patch):
    """Returns the result of an RFC 7396 merge patch."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), change)
    return merged


class Gap(Exception):
    """A frame whose number isn't the next of its audience."""


class View:
    """Everything one seat may see, kept up to date by the merge rule."""

    def __init__(self, snapshot):
        self.data = snapshot
        self.said = []

    def __getitem__(self, key):
        return self.data[key]

    def apply(self, frame):
        audience = next(name for name in ("room", "hosts", "own") if name in frame)
        cursor = self.data["cursor"]
        if frame[audience] != cursor.get(audience, 0) + 1:
            raise Gap(f"{audience} {frame[audience]} follows {cursor.get(audience)}")
        cursor[audience] = frame[audience]
        if "patch" in frame:
            self.data[audience] = merge(self.data[audience], frame["patch"])
        messages = self.data["messages"]
        for number, part in frame.get("messages", {}).items():
            if number in messages or "seat" in part:
                messages[number] = merge(messages.get(number), part)
        self.data["texts"] = merge(self.data["texts"], frame.get("texts", {}))
        self.said += [fact["said"]["message"] for fact in frame.get("facts", []) if "said" in fact]

    @property
    def turn_id(self):
        return self.data["room"]["turn"]["turn_id"]

    def token(self, state):
        """Returns the seat the token is offered to, or held by."""
        return self.data["room"]["turn"]["token"].get(state, {}).get("seat")

    def text(self, text_id):
        return self.data["texts"].get(text_id, {}).get("plain")


class Refused(Exception):
    """A command was refused."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Member:
    """One person: a seat, its view, and a connection that reconnects by itself."""

    def __init__(self, origin, circle, key, name):
        self.url = origin.replace("http", "ws", 1) + "/ws"
        self.circle, self.entry, self.name = circle, key, name
        self.seat_key = os.urandom(32)
        self.view = self.seat = self.epoch = self.socket = self.closed = None
        self.unanswered = {}
        self.frames = []
        self.changed = asyncio.Condition()
        self.resumed = self.replaced = self.dropped = self.gaps = 0
        self.task = None

    def hello(self, resume=True):
        hello = {"circle": self.circle, "seat_key": encode(self.seat_key)}
        hello |= {"entry_key": encode(self.entry), "name": {"plain": self.name}}
        if resume and self.view:
            cursor = self.view["cursor"]
            hello["resume"] = {"room": self.view["room"]["id"], "epoch": self.epoch, "cursor": cursor}
        return json.dumps({"hello": hello})

    async def join(self):
        self.task = asyncio.create_task(self.stay())
        await self.until(lambda view: view is not None)

    async def stay(self):
        """Connects, and reconnects until the close code says not to."""
        resume = True
        while True:
            code = 1006
            try:
                async with connect(self.url, **OPTIONS) as socket:
                    await socket.send(self.hello(resume))
                    resume = True
                    await self.read(socket)
            except websockets.ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
            except Gap:
                self.gaps += 1
                resume = False
            except (OSError, websockets.InvalidHandshake):
                code = 4100
            self.socket = None
            if 4200 <= code <= 4299 or code in (1002, 1003, 1007, 1008, 1009):
                async with self.changed:
                    self.closed = code
                    self.changed.notify_all()
                return
            await asyncio.sleep(random.uniform(0.1, 0.4) if 4100 <= code <= 4199 else 0.01)

    async def read(self, socket):
        while True:
            frame = json.loads(await socket.recv())
            async with self.changed:
                if "welcome" in frame:
                    self.take_welcome(frame["welcome"])
                    await self.send_again(socket)
                    self.socket = socket
                elif "snapshot" in frame:
                    self.view = View(frame["snapshot"])
                elif "at" in frame:
                    self.frames.append(frame)
                    self.view.apply(frame)
                elif "re" in frame:
                    self.take_answer(frame)
                self.changed.notify_all()

    def take_welcome(self, welcome):
        assert self.seat in (None, welcome["seat"]), "the same key is the same seat"
        self.seat, self.epoch = welcome["seat"], welcome["epoch"]
        if "snapshot" in welcome:
            self.replaced += self.view is not None
            self.view = View(welcome["snapshot"])
        else:
            self.resumed += 1

    async def send_again(self, socket):
        """Sends what is unanswered in order, including what is added meanwhile."""
        sent = set()
        while waiting := [one for one in self.unanswered if one not in sent]:
            if waiting[0] in self.unanswered:
                await socket.send(self.unanswered[waiting[0]][0])
            sent.add(waiting[0])

    def take_answer(self, answer):
        command = self.unanswered.pop(answer["re"], None)
        if command and not command[1].done():
            command[1].set_result(answer)

    async def send(self, name, fields, command_id=None):
        """Sends a command and returns its `ok` or `page`, however often the connection is lost."""
        command_id = command_id or str(uuid.uuid4())
        text = json.dumps({"id": command_id, name: fields})
        while True:
            answered = asyncio.get_running_loop().create_future()
            self.unanswered[command_id] = (text, answered)
            if self.socket:
                try:
                    await self.socket.send(text)
                except websockets.ConnectionClosed:
                    pass  # sent again after the next welcome
            answer = await answered
            if "refused" not in answer:
                return answer.get("ok") or answer["page"]
            if answer["refused"]["code"] not in RETRIED:
                raise Refused(answer["refused"]["code"])
            await asyncio.sleep(0.2)

    async def until(self, holds, within=180):
        async with self.changed:
            ready = self.changed.wait_for(lambda: self.closed or holds(self.view))
            await asyncio.wait_for(ready, within)
        assert not self.closed, f"{self.name} was closed with {self.closed}"

    def drop(self):
        """Cuts the connection without a goodbye."""
        if self.socket:
            self.dropped += 1
            self.socket.transport.abort()
            self.socket = None

    async def fresh_snapshot(self):
        """Returns a new snapshot of the seat, from a second connection that replaces the first."""
        async with connect(self.url, **OPTIONS) as socket:
            await socket.send(self.hello(resume=False))
            welcome = json.loads(await socket.recv())["welcome"]
            await self.task
            assert self.closed == 4200, f"the older connection was closed with {self.closed}"
            return welcome["snapshot"]
