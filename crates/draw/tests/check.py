#!/usr/bin/env python3
"""Checks the file of a draw: a second program, written from docs/draw.md, with nothing but Python's own library.

    python3 check.py FILE [--previous FILE] [--published HASH] [--own-sm3]

Prints the hashes and `ok`, exit status 0; or the first thing that does not hold, exit status 1.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import deque
from datetime import date


# ---- SM3, GB/T 32905-2016

MASK = 0xFFFFFFFF
START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def turn(x, n):
    n %= 32
    return ((x << n) | (x >> (32 - n))) & MASK


def own_sm3(message):
    bits = len(message) * 8
    message = message + b"\x80" + b"\0" * ((55 - len(message)) % 64) + bits.to_bytes(8, "big")
    state = START
    for at in range(0, len(message), 64):
        w = [int.from_bytes(message[at + 4 * i : at + 4 * i + 4], "big") for i in range(16)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = turn((turn(a, 12) + e + turn(t, j)) & MASK, 7)
            ss2 = ss1 ^ turn(a, 12)
            if j < 16:
                ff, gg = a ^ b ^ c, e ^ f ^ g
            else:
                ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & MASK & g)
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & MASK
            tt2 = (gg + h + ss1 + w[j]) & MASK
            a, b, c, d = tt1, a, turn(b, 9), c
            e, f, g, h = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17), e, turn(f, 19), g
        state = tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h)))
    return b"".join(x.to_bytes(4, "big") for x in state)


def library_sm3(message):
    return hashlib.new("sm3", message).digest()


sm3 = own_sm3


def choose_sm3(own):
    global sm3
    assert own_sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    if not own and "sm3" in hashlib.algorithms_available:
        sm3 = library_sm3


# ---- What is wrong

class Wrong(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Wrong(what)


HASH = re.compile(r"[0-9a-f]{64}\Z")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\+08:00\Z", re.ASCII)


def word(text, what):
    need(isinstance(text, str), f"{what}: no text")
    bad = not text or any(ord(c) < 0x20 or ord(c) == 0x7F for c in text)
    need(not bad and text[0] not in " \u3000" and text[-1] not in " \u3000", f"{what}: no word: {text!r}")


def day(text, what):
    need(isinstance(text, str) and DAY.match(text), f"{what}: no day: {text!r}")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{what}: no day: {text!r}")


def instant(text, what):
    found = isinstance(text, str) and INSTANT.match(text)
    need(found, f"{what}: no instant: {text!r}")
    day(found.group(1), what)


def whole(number, most, what):
    need(type(number) is int and 0 <= number <= most, f"{what}: {number!r} is not in 0 to {most}")


def hexes(text, what):
    need(isinstance(text, str) and HASH.match(text), f"{what}: no hash: {text!r}")


def once(pairs):
    made = dict(pairs)
    need(len(made) == len(pairs), "a name stands twice")
    return made


def names(value, needed, optional=()):
    need(isinstance(value, dict), f"an object with {needed} was expected")
    for name in needed:
        need(name in value, f"{name} is missing")
    for name in value:
        need(name in needed or name in optional, f"{name} is unknown")


# ---- The list

def check_list(draw):
    names(draw, ("title", "organ", "locked_at", "inspect_from", "inspect_to", "source", "strata", "inspectors"),
          ("history", "recusals", "exclusions"))
    for name in ("history", "recusals", "exclusions"):
        draw.setdefault(name, [])
    word(draw["title"], "title")
    word(draw["organ"], "organ")
    source = draw["source"]
    names(source, ("name", "not_before", "not_after"))
    word(source["name"], "source")
    instant(draw["locked_at"], "locked_at")
    instant(source["not_before"], "not_before")
    instant(source["not_after"], "not_after")
    day(draw["inspect_from"], "inspect_from")
    day(draw["inspect_to"], "inspect_to")
    need(draw["locked_at"] < source["not_before"] <= source["not_after"], "the value may be known when the list is locked")
    need(source["not_before"][:10] <= draw["inspect_from"] <= draw["inspect_to"], "the days of inspection")
    for one in draw["history"]:
        names(one, ("list", "announcement", "outcome", "reason"))
        word(one["reason"], "reason")
        hexes(one["list"], "history")
        for name in ("announcement", "outcome"):
            if one[name] != "":
                hexes(one[name], "history")
        need(one["announcement"] or not one["outcome"], "history: an outcome without an announcement")
    check_strata(draw["strata"])
    check_people(draw["inspectors"])
    return look_up(draw)


def check_strata(strata):
    for stratum in strata:
        names(stratum, ("id", "name", "ratio", "fields", "objects"))
        word(stratum["id"], "stratum")
        word(stratum["name"], "stratum")
        whole(stratum["ratio"], 10000, f"ratio of {stratum['id']}")
        fields = stratum["fields"]
        need(fields and len(set(fields)) == len(fields), f"fields of {stratum['id']}")
        for field in fields:
            word(field, "field")
        for one in stratum["objects"]:
            names(one, ("id", "name"))
            word(one["id"], "object")
            word(one["name"], "object")
    need(len({s["id"] for s in strata}) == len(strata), "two strata have one id")
    ids = [o["id"] for s in strata for o in s["objects"]]
    need(len(set(ids)) == len(ids), "an object stands twice")


def check_people(people):
    for one in people:
        names(one, ("id", "name", "organ", "limit", "certificates"))
        for name in ("id", "name", "organ"):
            word(one[name], "inspector")
        whole(one["limit"], 1000000, f"limit of {one['id']}")
        for own in one["certificates"]:
            names(own, ("field", "from", "to"))
            word(own["field"], "certificate")
            day(own["from"], "certificate")
            day(own["to"], "certificate")
            need(own["from"] <= own["to"], "certificate: from after to")
    need(len({p["id"] for p in people}) == len(people), "an inspector stands twice")


class Lists:
    """The list as the draw needs it."""


def look_up(draw):
    made = Lists()
    made.draw = draw
    made.stratum = {o["id"]: s for s in draw["strata"] for o in s["objects"]}
    made.people = {p["id"]: p for p in draw["inspectors"]}
    made.excluded = {"object": set(), "inspector": set()}
    for one in draw["exclusions"]:
        names(one, ("kind", "id", "reason"))
        word(one["reason"], "reason")
        need(one["kind"] in made.excluded, f"{one['kind']!r} cannot be excluded")
        there = made.stratum if one["kind"] == "object" else made.people
        need(one["id"] in there, f"exclusion of {one['id']!r}, who is not there")
        need(one["id"] not in made.excluded[one["kind"]], "excluded twice")
        made.excluded[one["kind"]].add(one["id"])
    made.recused = set()
    for one in draw["recusals"]:
        names(one, ("inspector", "object", "reason"))
        word(one["reason"], "reason")
        need(one["inspector"] in made.people, f"recusal of {one['inspector']!r}, who is not there")
        need(one["object"] in made.stratum, f"recusal from {one['object']!r}, which is not there")
        pair = (one["object"], one["inspector"])
        need(pair not in made.recused, "recused twice")
        made.recused.add(pair)
    need(any(o not in made.excluded["object"] for o in made.stratum), "there is nothing to draw")
    made.holders = {}
    for field in {f for s in draw["strata"] for f in s["fields"]}:
        made.holders[field] = [
            p["id"] for p in draw["inspectors"]
            if p["id"] not in made.excluded["inspector"]
            and any(c["field"] == field and c["from"] <= draw["inspect_from"] and c["to"] >= draw["inspect_to"]
                    for c in p["certificates"])
        ]
    check_enough(made)
    return made


def eligible(made, stratum):
    return [o["id"] for o in stratum["objects"] if o["id"] not in made.excluded["object"]]


def count(made, stratum):
    return -(-len(eligible(made, stratum)) * stratum["ratio"] // 10000)


def check_enough(made):
    by_object = {}
    for item, who in made.recused:
        by_object.setdefault(item, set()).add(who)
    for stratum in made.draw["strata"]:
        if count(made, stratum) == 0:
            continue
        for field in stratum["fields"]:
            able = {w for w in made.holders[field] if made.people[w]["limit"] >= 1}
            for item in eligible(made, stratum):
                left = len(able - by_object[item]) if item in by_object else len(able)
                need(left >= 2, f"{item}: too few inspectors of {field}")


def list_hash(draw):
    lines = [
        ["yifa draw list 1"],
        ["title", draw["title"]],
        ["organ", draw["organ"]],
        ["locked_at", draw["locked_at"]],
        ["inspect", draw["inspect_from"], draw["inspect_to"]],
        ["source", draw["source"]["name"], draw["source"]["not_before"], draw["source"]["not_after"]],
    ]
    lines += [["earlier", h["list"], h["announcement"], h["outcome"], h["reason"]] for h in draw["history"]]
    for s in draw["strata"]:
        lines.append(["stratum", s["id"], s["name"], str(s["ratio"]), *s["fields"]])
        lines += [["object", o["id"], o["name"]] for o in s["objects"]]
    for p in draw["inspectors"]:
        lines.append(["inspector", p["id"], p["name"], p["organ"], str(p["limit"])])
        lines += [["certificate", c["field"], c["from"], c["to"]] for c in p["certificates"]]
    lines += [["recusal", r["inspector"], r["object"], r["reason"]] for r in draw["recusals"]]
    lines += [["exclusion", e["kind"], e["id"], e["reason"]] for e in draw["exclusions"]]
    return text_hash(b"yifa draw list hash 1\n", lines)


def text_hash(prefix, lines):
    text = "".join("\t".join(line) + "\n" for line in lines).encode()
    pieces = [text[at : at + 16384] for at in range(0, len(text), 16384)]
    return sm3(prefix + b"".join(sm3(b"\0" + piece) for piece in pieces)).hex()


# ---- Commitments, seed

def announce(draw, hash_of_list, commitments):
    text = f"yifa draw announcement 1\n{hash_of_list}\n"
    need(len(commitments) >= 2, "fewer than two parties")
    need(len({c["party"] for c in commitments}) == len(commitments), "a party stands twice")
    for one in commitments:
        names(one, ("party", "commitment", "committed_at"))
        word(one["party"], "party")
        hexes(one["commitment"], "commitment")
        instant(one["committed_at"], "committed_at")
        need(draw["locked_at"] <= one["committed_at"] < draw["source"]["not_before"], "committed too early or too late")
        text += f"{one['party']}\t{one['commitment']}\t{one['committed_at']}\n"
    return sm3(text.encode()).hex()


def seed_of(bundle, hash_of_list, announcement):
    source, value = bundle["list"]["source"], bundle["public_value"]
    names(value, ("text", "known_at"))
    word(value["text"], "public value")
    instant(value["known_at"], "known_at")
    need(source["not_before"] <= value["known_at"] <= source["not_after"], "the public value is early or late")
    reveals, commitments = bundle["reveals"], bundle["commitments"]
    need([r["party"] for r in reveals] == [c["party"] for c in commitments], "the reveals are not those of the parties")
    text = f"yifa draw seed 1\n{announcement}\n"
    for one, own in zip(reveals, commitments):
        names(one, ("party", "nonce"))
        hexes(one["nonce"], "nonce")
        bound = f"yifa draw commitment 1\n{hash_of_list}\n{one['party']}\n{one['nonce']}\n"
        need(sm3(bound.encode()).hex() == own["commitment"], f"{one['party']}: the reveal does not fit the commitment")
        text += one["nonce"] + "\n"
    return sm3((text + value["text"] + "\n").encode())


# ---- The draw

def order_of(seed, item):
    return int.from_bytes(sm3(b"\x01" + seed + item.encode())[:8], "big"), item.encode()


def draw_objects(made, seed):
    drawn = []
    for stratum in made.draw["strata"]:
        keyed = sorted((order_of(seed, item), item) for item in eligible(made, stratum))
        drawn += keyed[: count(made, stratum)]
    return [item for _, item in sorted(drawn)]


class Numbers:
    def __init__(self, seed):
        self.words = self.endless(seed)

    @staticmethod
    def endless(seed):
        block = 0
        while True:
            digest = sm3(b"\x02" + seed + block.to_bytes(8, "big"))
            yield from (int.from_bytes(digest[at : at + 4], "big") for at in range(0, 32, 4))
            block += 1

    def below(self, n):
        for x in self.words:
            if x < 2**32 - 2**32 % n:
                return x % n


def draw_inspectors(made, seed, drawn):
    slots = [(item, field) for item in drawn for field in made.stratum[item]["fields"]]
    pairs = [[] for _ in slots]
    serves = {who: set() for who in made.people}
    pools = {field: list(holders) for field, holders in made.holders.items()}
    numbers = Numbers(seed)

    def full(who):
        return len(serves[who]) >= made.people[who]["limit"]

    def fits(slot, who):
        return who not in pairs[slot] and (slots[slot][0], who) not in made.recused

    def pick(slot):
        pool, aside, chosen = pools[slots[slot][1]], [], None
        while pool and chosen is None:
            r = numbers.below(len(pool))
            who, pool[r] = pool[r], pool[-1]
            pool.pop()
            if full(who):
                continue
            if fits(slot, who):
                chosen = who
                pool.append(who)
            else:
                aside.append(who)
        pool.extend(aside)
        return chosen

    def mend(start):
        reached, way, queue = {}, {start: None}, deque([start])
        while queue:
            t = queue.popleft()
            for who in made.holders[slots[t][1]]:
                if who in reached or not fits(t, who):
                    continue
                reached[who] = t
                if not full(who):
                    return hand_over(start, who, reached, way)
                for other in sorted(serves[who]):
                    if other not in way:
                        way[other] = who
                        queue.append(other)

    def hand_over(start, who, reached, way):
        while reached[who] != start:
            t = reached[who]
            bound = way[t]
            pairs[t][pairs[t].index(bound)] = who
            serves[who].add(t)
            serves[bound].discard(t)
            who = bound
        pairs[start].append(who)
        serves[who].add(start)

    for slot in range(len(slots)):
        for _ in range(2):
            who = pick(slot)
            if who is None:
                mend(slot)
            else:
                pairs[slot].append(who)
                serves[who].add(slot)
    assigned = {item: [] for item in drawn}
    for (item, field), pair in zip(slots, pairs):
        assigned[item].append({"field": field, "inspectors": pair})
    return assigned


def outcome_of(made, seed):
    drawn = draw_objects(made, seed)
    assigned = draw_inspectors(made, seed, drawn)
    strata = []
    for s in made.draw["strata"]:
        listed, left = len(s["objects"]), len(eligible(made, s))
        strata.append({"id": s["id"], "listed": listed, "excluded": listed - left, "drawn": count(made, s)})
    items = [{"object": item, "stratum": made.stratum[item]["id"], "assigned": assigned[item]} for item in drawn]
    return {"strata": strata, "drawn": items}


def outcome_hash(announcement, seed, known_at, outcome):
    lines = [["yifa draw outcome 1"], [announcement], [seed.hex()], [known_at]]
    lines += [["stratum", s["id"], str(s["listed"]), str(s["excluded"]), str(s["drawn"])] for s in outcome["strata"]]
    for one in outcome["drawn"]:
        lines.append(["drawn", one["object"], one["stratum"]])
        lines += [["assigned", a["field"], *a["inspectors"]] for a in one["assigned"]]
    return text_hash(b"yifa draw outcome hash 1\n", lines)


# ---- The whole file

FIRST = ("format_version", "kind", "list", "list_hash")
SECOND = ("commitments", "announcement_hash")
THIRD = ("reveals", "public_value", "seed", "outcome", "outcome_hash")


def read(path):
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file, object_pairs_hook=once)
        except ValueError as fault:
            raise Wrong(f"no JSON: {fault}")


def check(bundle, told):
    names(bundle, FIRST, SECOND + THIRD)
    need(bundle["format_version"] == 1 and bundle["kind"] == "yifa_draw", "not the file of a draw")
    there = [sum(name in bundle for name in part) for part in (SECOND, THIRD)]
    need(there in ([0, 0], [2, 0], [2, 5]), "the file is not whole")
    made = check_list(bundle["list"])
    own = list_hash(bundle["list"])
    told("list_hash", own)
    need(own == bundle["list_hash"], "the list was changed")
    if not there[0]:
        return
    announcement = announce(bundle["list"], own, bundle["commitments"])
    told("announcement_hash", announcement)
    need(announcement == bundle["announcement_hash"], "the announcement was changed")
    if not there[1]:
        return
    seed = seed_of(bundle, own, announcement)
    told("seed", seed.hex())
    need(seed.hex() == bundle["seed"], "the seed is another")
    outcome = outcome_of(made, seed)
    need(outcome == bundle["outcome"], "the outcome is another")
    made_hash = outcome_hash(announcement, seed, bundle["public_value"]["known_at"], outcome)
    told("outcome_hash", made_hash)
    need(made_hash == bundle["outcome_hash"], "the hash of the outcome is another")


def check_history(bundle, previous):
    own = bundle["list"]["history"]
    last = {"list": previous["list_hash"], "announcement": previous.get("announcement_hash", ""),
            "outcome": previous.get("outcome_hash", "")}
    need(own, "no earlier draw is told of")
    before = previous["list"].get("history", [])
    need(own == before + [{**last, "reason": own[-1]["reason"]}], "the history is another")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--previous")
    parser.add_argument("--published")
    parser.add_argument("--own-sm3", action="store_true")
    args = parser.parse_args()
    choose_sm3(args.own_sm3)
    try:
        bundle = read(args.file)
        check(bundle, lambda name, value: print(name, value))
        if args.published:
            need(args.published == bundle.get("announcement_hash"), "this is not what was published")
        if args.previous:
            check_history(bundle, read(args.previous))
    except Wrong as wrong:
        print("wrong:", wrong)
        return 1
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
