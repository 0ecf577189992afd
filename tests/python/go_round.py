"""Eight people hold a go-round over a bad network, and the server is killed once.

Usage: go_round.py BINARY EMPTY_DATA_FOLDER

At the end every person's merged view must equal a fresh snapshot, for all that both hold, and
everything that was acknowledged must have been seen once and in order.
"""

import asyncio
import os
import random
import sys
import time
import uuid

from client import Member, Refused, create_circle
from server import Server

PEOPLE = ["Fay", "Mo", "Ana", "Ben", "Cleo", "Dov", "Eli", "Gil"]
SHARES = 3
HEARD_BEFORE_THE_KILL = 3


class Session:
    """The members, and what the server acknowledged."""

    def __init__(self, server, circle, keys):
        self.server = server
        role = {"Fay": "facilitator", "Mo": "moderator"}
        self.members = [
            Member(server.origin, circle, keys[role.get(name, "participant")], name)
            for name in PEOPLE
        ]
        self.acknowledged = []  # (message number, author's seat, text), in the order of the answers
        self.taken_back = set()
        self.stop_dropping = asyncio.Event()

    async def say(self, member, command, text, command_id=None):
        fields = {"turn_id": member.view.turn_id, "text": {"plain": text}}
        answer = await member.send(command, fields, command_id)
        self.acknowledged.append((answer["message"], member.seat, text))
        return answer

    async def gather(self):
        """Each member joins and says something that only those who are already there see."""
        for member in self.members:
            await member.join()
            await self.say(member, "say", f"{member.name} is here.")

    async def take_turn(self, member):
        await member.until(lambda view: view.token("offered") == member.seat)
        await member.send("take", {"turn_id": member.view.turn_id})
        for number in range(SHARES):
            await asyncio.sleep(random.uniform(0, 0.05))
            await self.say(member, "share", f"{member.name} shares {number}.")
        if member.name == "Ana":
            await self.send_again(member)
        if member.name == "Ben":
            number = self.acknowledged[-1][0]
            await member.send("take_back", {"message": number})
            self.taken_back.add(number)
        await member.send("finish", {"turn_id": member.view.turn_id})

    async def send_again(self, member):
        """One id is one command: the same content gets the same answer, other content a refusal."""
        command_id, text = str(uuid.uuid4()), "Ana says this once."
        turn = {"turn_id": member.view.turn_id}
        first = await self.say(member, "share", text, command_id)
        again = await member.send("share", turn | {"text": {"plain": text}}, command_id)
        assert again == first, "a command sent twice gets the same answer"
        try:
            await member.send("share", turn | {"text": {"plain": "Other words."}}, command_id)
        except Refused as refused:
            assert refused.code == "malformed", refused.code
        else:
            raise AssertionError("an id was used for two commands")

    async def respond(self, member):
        """Makes a gesture to each message of someone else, once it is seen."""
        done = set()
        while not self.stop_dropping.is_set():
            await asyncio.sleep(0.05)
            for number, message in list(member.view["messages"].items()):
                is_question = message["kind"] == "question"
                if number not in done and message["seat"] != member.seat and not is_question:
                    done.add(number)
                    fields = {"message": int(number), "kind": "heard", "on": True}
                    try:
                        await member.send("gesture", fields)
                    except Refused as refused:
                        assert refused.code == "no_such_message", refused.code

    async def drop_connections(self):
        while not self.stop_dropping.is_set():
            await asyncio.sleep(random.uniform(0.02, 0.15))
            random.choice(self.members).drop()

    async def kill_once(self):
        fay = self.members[0]
        await fay.until(lambda view: len(view["room"]["queue"]["heard"]) >= HEARD_BEFORE_THE_KILL)
        await fay.until(lambda view: view.token("held"))
        self.server.kill()
        await asyncio.sleep(0.3)
        await asyncio.to_thread(self.server.start)

    async def hold_round(self):
        fay = self.members[0]
        question = "What brought you here?"
        answer = await fay.send("open_round", {"prompt": {"plain": question}})
        self.acknowledged.append((answer["message"], fay.seat, question))
        around = [asyncio.create_task(self.drop_connections())]
        around += [asyncio.create_task(self.respond(member)) for member in self.members[1:3]]
        turns = [self.take_turn(member) for member in self.members]
        await asyncio.gather(self.kill_once(), *turns)
        self.stop_dropping.set()
        await asyncio.gather(*around)
        await self.members[3].send("process_point", {})
        await self.members[4].send("rename", {"name": {"plain": "Cleo B."}})
        await fay.send("mute", {"seat": self.members[5].seat})
        await fay.send("close_round", {})

    async def settle(self):
        """Waits until every member is here and has seen the last frame."""
        def all_here(view):
            return all(p["presence"] == "here" for p in view["room"]["people"].values())
        for member in self.members:
            await member.until(all_here)
        last = max(member.view["cursor"]["room"] for member in self.members)
        for member in self.members:
            await member.until(lambda view: view["cursor"]["room"] == last)

    def check_acknowledged(self, member):
        view, floor = member.view, len(PEOPLE)
        numbers = [number for number, _, _ in self.acknowledged]
        assert numbers == sorted(set(numbers)), f"acknowledged out of order: {numbers}"
        for index, (number, seat, text) in enumerate(self.acknowledged):
            message = view["messages"].get(str(number))
            if index < floor and seat < member.seat:
                assert message is None, f"{member.name} sees what was said before they came"
                continue
            assert message and message["seat"] == seat, f"{member.name} misses message {number}"
            assert message["round"] == (0 if index < floor else 1), message
            shown = None if number in self.taken_back else text
            assert view.text(message["text"]) == shown, f"{member.name}: text of {number}"
        known = {str(number) for number in numbers}
        assert set(view["messages"]) <= known, f"{member.name} sees something nobody said"
        assert view.said == sorted(set(view.said)), f"{member.name} saw {view.said}"

    async def check_fresh(self, member):
        merged, fresh = member.view.data, await member.fresh_snapshot()
        for part in ("seat", "room", "hosts", "own"):
            assert merged.get(part) == fresh.get(part), (
                f"{member.name}: {part}\nmerged {merged.get(part)}\nfresh  {fresh.get(part)}"
            )
        for audience, number in merged["cursor"].items():
            assert fresh["cursor"][audience] >= number, f"{member.name}: cursor of {audience}"
        assert set(fresh["messages"]) <= set(merged["messages"]), f"{member.name}: messages"
        for number, message in fresh["messages"].items():
            assert merged["messages"][number] == message, f"{member.name}: message {number}"
        for text_id in set(fresh["texts"]) & set(merged["texts"]):
            assert merged["texts"][text_id] == fresh["texts"][text_id]
        assert set(fresh["texts"]) <= set(merged["texts"]), f"{member.name} misses texts"


async def main(binary, data):
    os.makedirs(data, exist_ok=True)
    assert not os.listdir(data), f"{data} isn't empty"
    seed = int(os.environ.get("SEED", time.time()))
    random.seed(seed)
    print(f"seed {seed}")
    server = Server(binary, data)
    server.start()
    try:
        circle, keys = create_circle(server.origin, "Tuesday circle", {"pace": "unhurried"})
        session = Session(server, circle, keys)
        await session.gather()
        await session.hold_round()
        await session.settle()
        for member in session.members:
            session.check_acknowledged(member)
        for member in session.members:
            await session.check_fresh(member)
    finally:
        server.kill()
    dropped = sum(member.dropped for member in session.members)
    resumed = sum(member.resumed for member in session.members)
    replaced = sum(member.replaced for member in session.members)
    assert not any(member.gaps for member in session.members), "a frame was missing or came twice"
    assert resumed > replaced, f"{resumed} resumed, {replaced} got a snapshot instead"
    print(f"{len(session.acknowledged)} messages, {dropped} drops, one kill: "
          f"{resumed} resumed, {replaced} got a snapshot instead. All views agree.")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(asyncio.wait_for(main(*map(os.path.abspath, sys.argv[1:])), 240))
