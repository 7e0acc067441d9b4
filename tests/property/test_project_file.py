"""A project's file against a model of it in memory: whatever is done, all of it is kept."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from segue.server.project_file import INTERRUPTED, ProjectFile
from segue.server.records import NewNode, TakeRow

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PIECES = st.binary(max_size=200)
REGIONS = st.none() | st.fixed_dictionaries(
    {"first": st.integers(0, 9), "last": st.integers(10, 20), "tracks": st.none()}
)


class Projects(RuleBasedStateMachine):
    """The file is closed, reopened and copied in between; the model is dictionaries."""

    nodes = Bundle("nodes")
    suggestions = Bundle("suggestions")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "project.segue"
        self.known: dict[int, dict[str, Any]] = {}
        self.pieces: dict[int, bytes] = {}
        self.asked: dict[int, dict[str, Any]] = {}
        self.takes: dict[int, dict[int, tuple[TakeRow, bytes]]] = {}

    @initialize(target=nodes, name=TEXT, piece=PIECES)
    def create(self, name: str, piece: bytes) -> int:
        root = NewNode(kind="root", label="root", midi=piece, n_bars=1, n_notes=2)
        self.file = ProjectFile.create(self.path, name=name, root=root)
        self.name = name
        return self._expect(1, None, root)

    @rule(target=nodes, parent=nodes, label=TEXT, piece=PIECES, region=REGIONS)
    def add(self, parent: int, label: str, piece: bytes, region: dict[str, Any] | None) -> int:
        new = NewNode(kind="continue", label=label, midi=piece, n_bars=3, n_notes=4, region=region)
        return self._expect(self.file.add(parent, new), parent, new)

    @rule(node=nodes, name=st.none() | TEXT, starred=st.none() | st.booleans(), note=TEXT)
    def change(self, node: int, name: str | None, starred: bool | None, note: str) -> None:
        self.file.change_node(node, name=name, starred=starred, note=note)
        known = self.known[node]
        known["note"] = note
        if name is not None:
            known["name"] = name or None
        if starred is not None:
            known["starred"] = starred

    @rule(node=nodes)
    def go_to(self, node: int) -> None:
        self.file.go_to(node)
        self.current = node

    @rule(name=TEXT)
    def rename(self, name: str) -> None:
        self.file.rename(name)
        self.name = name

    @rule(target=suggestions, node=nodes, seed=st.integers(0, 2**53))
    def ask(self, node: int, seed: int) -> int:
        region = {"first": 0, "last": 1, "tracks": None}
        number = self.file.ask(node, {"seed": seed}, region)
        self.asked[number] = {"node": node, "seed": seed, "state": "queued", "message": None}
        self.takes[number] = {}
        return number

    @rule(number=suggestions, state=st.sampled_from(["running", "done", "cancelled"]))
    def set_state(self, number: int, state: str) -> None:
        self.file.set_state(number, state, "why")
        self.asked[number] |= {"state": state, "message": "why"}

    @rule(number=suggestions, piece=PIECES, words=TEXT)
    def add_take(self, number: int, piece: bytes, words: str) -> None:
        take = TakeRow(number=len(self.takes[number]) + 1, rank=1, details={"words": words})
        self.file.add_take(number, take, piece)
        self.takes[number][take.number] = (take, piece)

    @rule()
    def reopen(self) -> None:
        self.file.close()
        assert [path.name for path in self.folder.iterdir()] == ["project.segue"]
        self.file = ProjectFile.open(self.path)
        for asked in self.asked.values():
            if asked["state"] in ("queued", "running"):
                asked |= {"state": "failed", "message": INTERRUPTED}

    @rule()
    def crash(self) -> None:
        """What is on the disk at this moment is a whole project, as after a kill."""
        crashed = self.folder / "crashed"
        crashed.mkdir()
        for suffix in ("", "-wal"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                shutil.copy(part, crashed / part.name)
        found = ProjectFile.open(crashed / self.path.name)
        self._compare(found)
        found.close()
        shutil.rmtree(crashed)

    @rule()
    def copy(self) -> None:
        target = self.folder / "copy.segue"
        self.file.copy(target)
        copied = ProjectFile.open(target)
        self._compare(copied)
        copied.close()
        target.unlink()

    @invariant()
    def all_is_there(self) -> None:
        if self.known:
            self._compare(self.file)
            for number, asked in self.asked.items():
                row = self.file.suggestion(number)
                assert (row.node, row.asked["seed"]) == (asked["node"], asked["seed"])
                assert (row.state, row.message) == (asked["state"], asked["message"])
                assert row.takes == [take for take, _ in self.takes[number].values()]
                for take, (_, piece) in self.takes[number].items():
                    assert self.file.take_midi(number, take) == piece

    def teardown(self) -> None:
        if self.known:
            self.file.close()
        shutil.rmtree(self.folder)

    def _compare(self, file: ProjectFile) -> None:
        facts = file.facts()
        assert (facts.name, facts.current) == (self.name, self.current)
        assert facts.n_nodes == len(self.known)
        for row in file.nodes():
            expected = self.known[row.id]
            assert {key: getattr(row, key) for key in expected} == expected
            assert file.midi(row.id) == self.pieces[row.id]

    def _expect(self, node: int, parent: int | None, new: NewNode) -> int:
        assert node not in self.known, "ids are never used again"
        self.known[node] = {
            "parent": parent,
            "kind": new.kind,
            "label": new.label,
            "region": new.region,
            "name": None,
            "starred": False,
            "note": "",
        }
        self.pieces[node] = new.midi
        self.current = node
        return node


def test_a_project_keeps_whatever_is_done_to_it() -> None:
    run_state_machine_as_test(Projects, settings=settings(max_examples=8, stateful_step_count=20))
