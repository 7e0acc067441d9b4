"""Nodes of a project's tree: shown, named, edited, exported, played."""

import json
from typing import Final

from segue.errors import InputError
from segue.midi import MidiDocument, read_document
from segue.midi.excerpt import excerpt
from segue.midi.extract import only_tracks
from segue.server.actions.shelf import Shelf, new_node, summary_of
from segue.server.edits import edited
from segue.server.limits import TAKEN_IN, counted
from segue.server.midi_port import VirtualPort, timeline
from segue.server.problems import Problem
from segue.server.schemas.nodes import EditRequest, NodeChange, NodeSummary

__all__ = ["NodeActions"]


_READ_ONLY: Final = (
    "this project is read-only, so no change is kept: copy its file into a folder that can be "
    "written"
)


class NodeActions:
    """What can be done with the versions of a piece."""

    def __init__(self, shelf: Shelf, port: VirtualPort) -> None:
        self._shelf, self._port = shelf, port

    def detail(self, project: str, node: int) -> bytes:
        """A node with its music: the JSON of a `NodeDetail`."""
        file = self._shelf.file(project)
        summary = summary_of(file, self._shelf.node(file, node)).model_dump_json().encode()
        music = self._shelf.documents.music(file.midi(node))
        if file.read_only:
            music = _with_warning(music, _READ_ONLY)
        return b"".join((summary[:-1], b",", music[1:]))  # the members of two objects, as one

    def change(self, project: str, node: int, change: NodeChange) -> NodeSummary:
        """Name, star, note."""
        file = self._shelf.file(project)
        self._shelf.node(file, node)
        file.change_node(node, name=change.name, starred=change.starred, note=change.note)
        return summary_of(file, file.node(node))

    def midi(
        self,
        project: str,
        node: int,
        tracks: list[int] | None,
        bars: tuple[int | None, int | None] = (None, None),
    ) -> bytes:
        """The piece of a node as a file: whole, or some tracks, or the bars [first, last).

        Raises:
            InputError: it does not have these tracks or bars.
        """
        file = self._shelf.file(project)
        self._shelf.node(file, node)
        midi = file.midi(node)
        if tracks is not None:
            midi = only_tracks(self._shelf.documents.of(midi), set(tracks))
        if bars == (None, None):
            return midi
        document = read_document(midi, source="the piece")
        n_bars = self._shelf.documents.of(file.midi(node)).score.n_bars
        first, last = bars[0] or 0, n_bars if bars[1] is None else bars[1]
        if not 0 <= first < last <= n_bars:
            raise InputError(
                f"bars {first + 1} to {last} are not in the piece, which has bars 1 to {n_bars}"
            )
        grid = document.score.bar_grid(n_bars=last)
        return excerpt(document, grid.start(first), grid.start(last))

    def play(self, project: str, node: int, from_tick: int) -> None:
        """Send a node's piece to the virtual MIDI port."""
        file = self._shelf.file(project)
        self._shelf.node(file, node)
        self._port.play(timeline(self._shelf.documents.of(file.midi(node)), from_tick))

    def edit(self, project: str, node: int, edit: EditRequest) -> bytes:
        """A child of a node with an edit made: the JSON of its `NodeDetail`.

        Raises:
            Problem: 413, it would have more music than the studio takes.
            InputError: what a MIDI file cannot hold.
        """
        _require_bearable(edit)
        file = self._shelf.file(project)
        self._shelf.node(file, node)

        def version(number: int) -> MidiDocument:
            self._shelf.node(file, number)
            return self._shelf.documents.of(file.midi(number))

        midi = edited(version(node), edit, version)
        document = self._shelf.documents.take_in(midi, "the edited piece")
        child = file.add(node, new_node("edit", edit.label, midi, document))
        return self.detail(project, child)


def _with_warning(music: bytes, warning: str) -> bytes:
    found = json.loads(music)
    found["warnings"].insert(0, warning)
    return json.dumps(found, separators=(",", ":")).encode()


def _require_bearable(edit: EditRequest) -> None:
    columns = [track.notes for track in edit.tracks if track.notes is not None]
    columns += [track.notes for track in edit.new_tracks]
    n_notes = sum(len(notes.onset) for notes in columns)
    if n_notes > TAKEN_IN.notes:
        raise Problem(
            413, "too_large", f"the edit has {counted(n_notes, TAKEN_IN.notes, 'notes')}; cut it"
        )
