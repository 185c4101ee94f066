"""Durable acts by SpiffWorkflow: the three acts of `yifa bench acts --steps 3` as user tasks of a BPMN process, the
state of the workflow kept in SQLite (WAL, synchronous=FULL) after each act.

Each act completes a user task with the data of our form, serialises the workflow by SpiffWorkflow's own serializer and
inserts or updates the case's row. The specification of the process is kept once and not with each case, which is faster
than the serializer's plain use. Nothing else is written: no journal, no hash, no dues, no figures, no number, no key that
makes a retry harmless. The process has no scripts, guards, timers or data objects.

Prints a line for each variant: a commit for each act or for 200; workflows that stay in memory between their acts, or
that are read from the database before each act, as a server does that was started anew.
"""

import argparse
import importlib.metadata
import json
import pathlib
import sqlite3
import tempfile
import time

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

ACTS = [
    {
        "act": "apply", "applicant": "测试申请人", "applicant_code": "11010519491231002X", "applicant_kind": "citizen",
        "respondent": "测试县公安局", "channel": "in_person", "submitted_on": "2026-01-12", "act_title": "行政处罚决定",
        "act_kind": "penalty", "learned_on": "2026-01-02", "told_rights": True, "counts_from": "2026-01-02",
        "real_property": False, "request": "撤销该处罚决定",
        "facts": "申请人当日不在现场，处罚决定认定的事实没有证据。", "reasons": "认定事实不清，适用依据错误。",
    },
    {"act": "examine", "conclusion": "meets"},
    {"act": "accept", "self_review": False},
]


class Store:
    """Cases in SQLite: a row each, with the state of its workflow."""

    def __init__(self, path, spec, subprocesses, serializer):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE spec (name TEXT PRIMARY KEY, body TEXT NOT NULL)")
        self.db.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        self.serializer = serializer
        self.spec = serializer.to_dict(spec)
        self.subprocesses = {name: serializer.to_dict(one) for name, one in subprocesses.items()}
        self.db.execute("INSERT INTO spec VALUES (?, ?)", (spec.name, json.dumps(self.spec)))

    def save(self, case, workflow):
        state = self.serializer.to_dict(workflow)
        # As the serializer gives it, but for what all cases share.
        state.pop("spec")
        state.pop("subprocess_specs")
        text = json.dumps(state, ensure_ascii=False)
        self.db.execute(
            "INSERT INTO workflow VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state", (case, text)
        )

    def load(self, case):
        (text,) = self.db.execute("SELECT state FROM workflow WHERE id = ?", (case,)).fetchone()
        state = json.loads(text)
        state["spec"], state["subprocess_specs"] = self.spec, self.subprocesses
        return self.serializer.from_dict(state)


def do_act(workflow, data):
    """Completes the user task that waits."""
    (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
    if task.task_spec.name != data["act"]:
        raise SystemExit(f"the process waits for {task.task_spec.name}, not for {data['act']}")
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def measure(acts, grouped, in_memory):
    """Acts a second; a case is opened, and a second and a third act done in it, 200 cases side by side."""
    here = pathlib.Path(__file__).parent
    parser = BpmnParser()
    parser.add_bpmn_file(str(here / "application.bpmn"))
    spec, subprocesses = parser.get_spec("reconsideration"), parser.get_subprocess_specs("reconsideration")
    with tempfile.TemporaryDirectory(prefix="yifa-peer-") as folder:
        store = Store(f"{folder}/peer.db", spec, subprocesses, BpmnWorkflowSerializer())
        done, case, size = 0, 0, 200
        began = time.perf_counter()
        while done < acts:
            workflows = {}
            for step, data in enumerate(ACTS):
                if grouped:
                    store.db.execute("BEGIN IMMEDIATE")
                for number in range(case, case + size):
                    if not grouped:
                        store.db.execute("BEGIN IMMEDIATE")
                    if step == 0:
                        workflow = BpmnWorkflow(spec, subprocesses)
                        workflow.do_engine_steps()
                    elif in_memory:
                        workflow = workflows[number]
                    else:
                        workflow = store.load(number)
                    do_act(workflow, data)
                    store.save(number, workflow)
                    if in_memory:
                        workflows[number] = workflow
                    if not grouped:
                        store.db.execute("COMMIT")
                    done += 1
                if grouped:
                    store.db.execute("COMMIT")
            case += size
        seconds = time.perf_counter() - began
        (rows, length) = store.db.execute("SELECT count(*), avg(length(CAST(state AS BLOB))) FROM workflow").fetchone()
        if rows * len(ACTS) != done:
            raise SystemExit(f"{done} acts made {rows} rows")
        store.db.close()
    return done / seconds, length


def main():
    """Measures every variant."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--acts", type=int, default=3000)
    acts = arguments.parse_args().acts
    version = importlib.metadata.version("SpiffWorkflow")
    for grouped in (False, True):
        for in_memory in (True, False):
            rate, length = measure(acts, grouped, in_memory)
            commits = "每200件提交一次" if grouped else "每件提交一次"
            where = "案件留在内存" if in_memory else "每件先从库中读出"
            print(f"SpiffWorkflow {version}，{commits}，{where}：{rate:.0f}件/秒（状态{length:.0f}字节）", flush=True)


if __name__ == "__main__":
    main()
