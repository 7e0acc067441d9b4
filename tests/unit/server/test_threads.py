"""A project's file that several threads use at once: what is accepted is there, and stays."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from segue.server.project_file import ProjectError, ProjectFile
from segue.server.records import NewNode, TakeRow

NEW = NewNode(kind="continue", label="take 1", midi=b"MThd" + bytes(500), n_bars=1, n_notes=1)
REGION = {"first": 0, "last": 1, "tracks": None}
N_ACCEPTED = 20


def test_versions_are_there_at_once_while_a_suggestion_is_written(tmp_path: Path) -> None:
    """Neither writes beside them nor writes that are taken back hide a version, or lose it."""
    path = tmp_path / "piece.segue"
    file = ProjectFile.create(path, name="piece", root=NEW)
    accepted: list[int] = []
    unseen: list[int] = []
    done = threading.Event()

    def suggest() -> None:
        number = file.ask(1, {"task": "continue"}, REGION)
        file.set_state(number, "running")
        for take in (1, 2):
            file.add_take(number, TakeRow(number=take, rank=take, details={}), bytes(500))
        with suppress(ProjectError):  # there is a take of this number
            file.add_take(number, TakeRow(number=1, rank=1, details={}), b"")
        with suppress(KeyError):
            file.change_node(10_000, starred=True)
        file.set_ranks(number, {1: 2, 2: 1})
        file.set_state(number, "cancelled", "stopped")

    def look() -> None:
        file.nodes()
        file.newest_suggestions(16)

    def accept() -> None:
        for _ in range(N_ACCEPTED):
            node = file.add(1, NEW)
            accepted.append(node)
            try:
                file.node(node)
                file.midi(node)
            except KeyError:
                unseen.append(node)

    def until_done(act: Callable[[], None]) -> threading.Thread:
        def repeat() -> None:
            while not done.is_set():
                act()

        return threading.Thread(target=repeat)

    beside = [until_done(act) for act in (suggest, suggest, look)]
    accepting = [threading.Thread(target=accept) for _ in range(2)]
    for thread in beside + accepting:
        thread.start()
    for thread in accepting:
        thread.join()
    done.set()
    for thread in beside:
        thread.join()
    file.close()
    again = ProjectFile.open(path)
    kept = {node.id for node in again.nodes()}
    again.close()

    assert unseen == []
    assert len(accepted) == 2 * N_ACCEPTED
    assert kept == {1, *accepted}
