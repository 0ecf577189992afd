"""Two people are muted, and a bystander can't tell.

Usage: mutes.py BINARY EMPTY_DATA_FOLDER

The same session is held twice. In one, Ana and Ben are muted, and the room answers for them; in the
other they answer themselves. Apart from times and ids, Cleo must receive the same frames.
"""

import asyncio
import os
import sys

from client import Member, Refused, create_circle
from server import Server

ROLES = {"Fay": "facilitator", "Ana": "participant", "Ben": "participant", "Cleo": "participant"}
TIMES = {"at", "opened_at", "since", "until", "closes_at"}


class Session:
    """One of the two sessions."""

    def __init__(self, server, muted):
        circle, keys = create_circle(server.origin, "Tuesday circle", {"pace": "unhurried"})
        self.muted = muted
        self.members = {
            name: Member(server.origin, circle, keys[role], name) for name, role in ROLES.items()
        }

    async def turn(self, name, command, **fields):
        member = self.members[name]
        return await member.send(command, {"turn_id": member.view.turn_id} | fields)

    async def offered(self, name):
        """Waits until Cleo, who only watches, sees that the turn is offered to someone."""
        seat = self.members[name].seat
        for member in (self.members[name], self.members["Cleo"]):
            await member.until(lambda view: view.token("offered") == seat)

    async def shares(self, name, words):
        await self.offered(name)
        await self.turn(name, "take")
        await self.turn(name, "share", text={"plain": words})

    async def mute(self, name, command="mute"):
        if self.muted:
            await self.members["Fay"].send(command, {"seat": self.members[name].seat})

    async def answers(self, name, command):
        """What the person says if they are not muted; otherwise the room says it for them."""
        await self.offered(name)
        if not self.muted:
            await self.turn(name, command)
            return
        assert "muted" in self.members[name].view["own"], f"{name} is told of the mute"
        try:
            await self.turn(name, "take")
        except Refused as refused:
            assert refused.code == "muted", refused.code

    async def hold(self):
        for member in self.members.values():
            await member.join()
        fay = self.members["Fay"]
        for name in ("Ana", "Ben"):
            await self.mute(name)
        await fay.send("open_round", {"prompt": {"plain": "What brought you here?"}})
        await self.shares("Fay", "A letter.")
        await self.turn("Fay", "finish")
        for name in ("Ana", "Ben"):
            await self.answers(name, "later")
        await self.shares("Cleo", "The rain.")
        await self.turn("Cleo", "finish")
        for name in ("Ana", "Ben"):
            await self.answers(name, "pass")
        await fay.until(lambda view: view["room"]["queue"]["complete"])
        await self.mute("Ana", "unmute")
        start = {"seat": self.members["Ana"].seat}
        await fay.send("close_round", {})
        await fay.send("open_round", {"prompt": {"plain": "And now?"}, "start": start})
        await self.shares("Ana", "I am still here.")
        if self.muted:
            await self.mute("Ana")
        else:
            await self.turn("Ana", "finish")
        await self.answers("Ben", "later")
        await self.offered("Cleo")

    def seen_by_cleo(self):
        """Cleo's frames without times, and with ids numbered in the order of their appearance."""
        ids = {}

        def plain(value):
            if isinstance(value, dict):
                return {
                    plain(key): plain(part) for key, part in value.items() if key not in TIMES
                }
            if isinstance(value, list):
                return [plain(part) for part in value]
            if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
                return ids.setdefault(value, f"id {len(ids)}")
            return value

        return [plain(frame) for frame in self.members["Cleo"].frames]


async def main(binary, data):
    os.makedirs(data, exist_ok=True)
    server = Server(binary, data)
    server.start()
    try:
        sessions = [Session(server, muted) for muted in (True, False)]
        await asyncio.gather(*(session.hold() for session in sessions))
    finally:
        server.kill()
    muted, not_muted = (session.seen_by_cleo() for session in sessions)
    for index, (one, other) in enumerate(zip(muted, not_muted)):
        assert one == other, f"frame {index} tells:\n{one}\n{other}"
    assert len(muted) == len(not_muted) >= 20, f"{len(muted)} and {len(not_muted)} frames"
    print(f"A bystander received the same {len(muted)} frames with two mutes as without.")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(asyncio.wait_for(main(*map(os.path.abspath, sys.argv[1:])), 120))
