#!/usr/bin/env python3
"""Checks a joint plan: a second program, written from docs/joint.md, with nothing but Python's own library.

    python3 check.py FILE

Prints the visits, the checks left out, the bound that it computes itself, and `ok`, exit status 0; or everything that
does not hold, exit status 1.
"""

import json
import sys
from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache

wrong = []


def say(text):
    wrong.append(text)


def day(text):
    return date.fromisoformat(text)


def in_ranges(ranges, when):
    return any(day(one["from"]) <= when <= day(one["to"]) for one in ranges)


def window(item, check, nth):
    gap = timedelta(days=item["gap"])
    first = day(item["from"]) + gap * (nth - 1)
    last = day(item["to"]) - gap * (item["times"] - nth)
    if check["last_on"]:
        first = max(first, day(check["last_on"]) + gap * nth)
    return first, last


class Problem:
    def __init__(self, read):
        self.days = [day(text) for text in read["days"]]
        self.items = {one["id"]: one for one in read["items"]}
        self.enterprises = {one["id"]: one for one in read["enterprises"]}
        self.people = {one["id"]: one for one in read["inspectors"]}
        self.scenes = {one["id"]: set(one["items"]) for one in read["scenes"]}
        self.checks = {(one["enterprise"], one["item"]): one for one in read["checks"]}
        self.fixed = {one["id"]: one for one in read["fixed"]}
        self.staff_days = {}

    def able(self, person, item, district):
        one = self.people[person]
        own = not one["districts"] or district in one["districts"]
        return own and one["organ"] == item["organ"] and item["field"] in one["fields"]

    def staffed(self, item, district):
        """Days on which the staff of an item is there if nothing else is asked of anybody."""
        key = (item["organ"], item["field"], item["inspectors"], district)
        if key not in self.staff_days:
            able = [self.people[id] for id in self.people if self.able(id, item, district)]
            able = [one for one in able if one["daily"] > 0]
            there = lambda when: sum(not in_ranges(one["away"], when) for one in able)
            self.staff_days[key] = {when for when in self.days if there(when) >= item["inspectors"]}
        return self.staff_days[key]


# ---- every visit by itself


def check_visit(problem, visit):
    """What is wrong with a visit that is not fixed."""
    name, when = visit["id"], day(visit["day"])
    enterprise = problem.enterprises[visit["enterprise"]]
    if when not in set(problem.days):
        say(f"{name}: {when} is no working day of the plan")
    if in_ranges(enterprise["quiet"], when):
        say(f"{name}: a quiet day")
    items = [problem.items[one["item"]] for one in visit["checks"]]
    if not items or len({item["id"] for item in items}) < len(items):
        say(f"{name}: no item, or one twice")
    for one, item in zip(visit["checks"], items):
        check = problem.checks.get((visit["enterprise"], item["id"]))
        if check is None or not 1 <= one["nth"] <= item["times"]:
            say(f"{name}: {item['id']} {one['nth']} was not asked for")
            continue
        first, last = window(item, check, one["nth"])
        if not first <= when <= last:
            say(f"{name}: {item['id']} is out of its window")
    organs = {item["organ"] for item in items}
    if visit["scene"]:
        if not {item["id"] for item in items} <= problem.scenes[visit["scene"]]:
            say(f"{name}: not in the scene")
    elif len(organs) > 1:
        say(f"{name}: several departments without a scene")
    team = visit["inspectors"]
    if len(set(team)) < len(team):
        say(f"{name}: somebody twice")
    for id in team:
        one = problem.people[id]
        if in_ranges(one["away"], when) or one["organ"] not in organs:
            say(f"{name}: {id} is away or not of these departments")
        if one["districts"] and enterprise["district"] not in one["districts"]:
            say(f"{name}: {id} does not work there")
    for item in items:
        if sum(problem.able(id, item, enterprise["district"]) for id in team) < item["inspectors"]:
            say(f"{name}: not enough inspectors for {item['id']}")


def check_all(problem, plan):
    each = defaultdict(int)
    by_enterprise, by_person, by_item = defaultdict(list), defaultdict(list), defaultdict(list)
    for visit in plan["visits"]:
        if visit["state"] == "planned":
            check_visit(problem, visit)
        elif problem.fixed.get(visit["id"]) != visit:
            say(f"{visit['id']}: fixed, but not as it was")
        by_enterprise[visit["enterprise"]].append(visit)
        for id in visit["inspectors"]:
            by_person[id, visit["day"]].append(visit)
        for one in visit["checks"]:
            each[visit["enterprise"], one["item"], one["nth"]] += 1
            by_item[visit["enterprise"], one["item"]].append((one["nth"], visit))
    if len({visit["id"] for visit in plan["visits"]}) < len(plan["visits"]):
        say("an id twice")
    for id in problem.fixed:
        if problem.fixed[id] not in plan["visits"]:
            say(f"{id}: fixed, and gone")
    for one in plan["unplaced"]:
        each[one["enterprise"], one["item"], one["nth"]] += 1
    for (enterprise, item), _ in problem.checks.items():
        for nth in range(1, problem.items[item]["times"] + 1):
            if each[enterprise, item, nth] != 1:
                say(f"{enterprise} {item} {nth}: {each[enterprise, item, nth]} times")
    is_open = lambda visits: any(visit["state"] == "planned" for visit in visits)
    for id, visits in by_enterprise.items():
        own = problem.enterprises[id]
        if is_open(visits) and len({visit["day"] for visit in visits}) < len(visits):
            say(f"{id}: two visits on one day")
        if is_open(visits) and own["cap"] is not None and len(visits) + own["done"] > own["cap"]:
            say(f"{id}: above the cap")
    for (id, when), visits in by_person.items():
        if is_open(visits) and id in problem.people and len(visits) > problem.people[id]["daily"]:
            say(f"{id}: {len(visits)} visits on {when}")
    for (enterprise, item), own in by_item.items():
        own.sort(key=lambda one: one[0])
        gap = max(problem.items[item]["gap"], 1) if item in problem.items else 0
        for (_, one), (_, after) in zip(own, own[1:]):
            if is_open([one, after]) and (day(after["day"]) - day(one["day"])).days < gap:
                say(f"{enterprise} {item}: too near each other")


# ---- the bound


def bound(problem, enterprise, checks, in_fixed):
    """The bound of one enterprise without its fixed visits: by trying, for the check that is hardest to place, every group."""
    own = problem.enterprises[enterprise]
    tasks, lost = [], 0
    for item_id, check in checks:
        item = problem.items[item_id]
        for nth in range(1, item["times"] + 1):
            if (enterprise, item_id, nth) in in_fixed:
                continue
            first, last = window(item, check, nth)
            staffed = problem.staffed(item, own["district"])
            days = {at for at in staffed if first <= at <= last and not in_ranges(own["quiet"], at)}
            if days:
                tasks.append((item, days))
            else:
                lost += 1
    groups = set()
    names = set(problem.scenes) | {item["organ"] for item, _ in tasks}
    holds = lambda name, item: item["id"] in problem.scenes.get(name, ()) or item["organ"] == name
    for when in set().union(*(days for _, days in tasks)) if tasks else ():
        for name in names:
            there = [at for at, (item, days) in enumerate(tasks) if when in days and holds(name, item)]
            groups.update(one_of_each(tasks, there))
    groups = [group for group in groups if not any(group < other for other in groups)]

    @lru_cache(maxsize=None)
    def least(left):
        if not left:
            return 0
        hardest = min(left, key=lambda at: (sum(at in group for group in groups), at))
        return 1 + min(least(left - group) for group in groups if hardest in group)

    visits = least(frozenset(range(len(tasks))))
    fixed = sum(visit["enterprise"] == enterprise for visit in problem.fixed.values())
    if own["cap"] is not None:
        most = max(max(own["cap"] - own["done"], 0) - fixed, 0)
        carried = sum(sorted((len(group) for group in groups), reverse=True)[:most])
        if visits > most and carried < len(tasks):
            visits = max(visits, most + len(tasks) - carried)
    return visits + lost + fixed


def one_of_each(tasks, there):
    made = [frozenset()]
    for id in sorted({tasks[at][0]["id"] for at in there}):
        made = [group | {at} for group in made for at in there if tasks[at][0]["id"] == id]
    return [group for group in made if group]


def main(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    problem = Problem(plan["problem"])
    check_all(problem, plan)
    by_enterprise = defaultdict(list)
    for (enterprise, item), check in problem.checks.items():
        by_enterprise[enterprise].append((item, check))
    in_fixed = {
        (visit["enterprise"], one["item"], one["nth"]) for visit in problem.fixed.values() for one in visit["checks"]
    }
    total = sum(bound(problem, id, by_enterprise[id], in_fixed) for id in problem.enterprises)
    # A plan may tell less than can be proved, never more.
    if plan["bound"] > total:
        say(f"the bound is {total}, not {plan['bound']}")
    cost = len(plan["visits"]) + len(plan["unplaced"])
    if cost < total:
        say(f"{cost} is below the bound {total}")
    print("visits", len(plan["visits"]))
    print("left_out", len(plan["unplaced"]))
    print("bound", total)
    for text in wrong:
        print("wrong:", text)
    if wrong:
        sys.exit(1)
    print("ok")


if __name__ == "__main__":
    main(sys.argv[1])
