"""Controls are classes of what a cell really has."""

from collections import defaultdict
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given

from segue.encoding import controls
from segue.encoding.controls import N_CONTROL_CLASSES, N_CONTROLS, Control, cell_controls
from segue.encoding.roster import Roster
from segue.encoding.table import Field, encode
from segue.encoding.vocabulary import DURATIONS, velocity_of
from segue.score import Score
from tests.strategies import scores

EDGES = (
    controls.DENSITY_EDGES,
    controls.POLYPHONY_EDGES,
    controls.REGISTER_EDGES,
    controls.LOUDNESS_EDGES,
    controls.LENGTH_EDGES,
)


def class_of(control: Control, value: float) -> int:
    """1 up to the first edge, 2 up to the second, ..., 8 above the last."""
    edges: list[float] = EDGES[control].tolist()
    return 1 + sum(value > edge for edge in edges)


@given(scores())
def test_each_note_has_the_classes_of_its_part_in_its_bar(score: Score) -> None:
    table = encode(score, Roster.of_score(score))
    cells = defaultdict(list)
    for row in table.tolist():
        cells[row[Field.BAR], row[Field.PART]].append(row)

    expected = []
    for row in table.tolist():
        notes = cells[row[Field.BAR], row[Field.PART]]
        loudness = velocity_of(np.array([note[Field.VELOCITY] for note in notes])).tolist()
        measured = {
            Control.DENSITY: len(notes),
            Control.POLYPHONY: len(notes) / len({note[Field.POSITION] for note in notes}),
            Control.REGISTER: fmean(note[Field.PITCH] % 128 for note in notes),
            Control.LOUDNESS: fmean(loudness),
            Control.LENGTH: fmean(int(DURATIONS[note[Field.DURATION]]) for note in notes),
        }
        expected.append([class_of(control, value) for control, value in measured.items()])

    assert cell_controls(table).tolist() == expected


@pytest.mark.parametrize("control", Control)
def test_classes_begin_after_their_edges(control: Control) -> None:
    edges = EDGES[control]

    assert controls.control_class(control, edges).tolist() == list(range(1, 8))
    assert controls.control_class(control, edges + 0.01).tolist() == list(range(2, 9))
    assert len(edges) + 2 == N_CONTROL_CLASSES


def test_no_notes_have_no_controls() -> None:
    assert cell_controls(np.zeros((0, len(Field)), np.int64)).shape == (0, N_CONTROLS)
