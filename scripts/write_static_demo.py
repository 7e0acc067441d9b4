"""Write what the page in web/static-demo reads: a model as ONNX graphs, and a prompt as numbers.

    python scripts/write_static_demo.py OUT [--example band] [--bars 4] [--golden 24]

`OUT/model` is what `segue export` writes; `OUT/prompt.json` holds the events that the model reads
of an example, what holds for the new bars, and the piece's notes. So the page reads no MIDI and
knows no windows.

With `--golden`, `OUT/golden` holds the same, and in `golden.json` the first events of a take: the
random numbers, the logits of every attribute and what was drawn, for the page's arithmetic to be
compared with. Its matrices stay in float32: rounded to whole numbers, a difference in the last bit
of one number becomes one of 1 in 127 where it turns the rounding, and logits differ by tenths. What
the shipped, rounded model says of the same events is there, too.
"""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final
from unittest.mock import patch

import numpy as np
import onnxruntime as ort
import typer

from segue.encoding.sequence import (
    ATTRIBUTE_COLUMNS,
    ATTRIBUTES,
    BAR_EVENT,
    MASKED,
    NOTE_EVENT,
    BoolArray,
    Column,
)
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    DURATIONS,
    END,
    MAX_PARTS,
    N_INSTRUMENTS,
    NO_PART,
    POSITIONS_PER_QUARTER,
    VELOCITY_STEP,
    IntArray,
)
from segue.examples import example_path
from segue.generation import lines
from segue.generation.cast import Cast
from segue.generation.clashes import SEMITONE, TRITONE, WHOLE_TONE
from segue.generation.composer import Composer, load
from segue.generation.following import Following
from segue.generation.groups import groups
from segue.generation.habits import NATS, OF_THE_PIECE
from segue.generation.network import Choose, Float32Array, Network, Plan, Steps
from segue.generation.perform import _Performance
from segue.generation.piece import Piece
from segue.generation.request import Continue
from segue.generation.sampling import Dice
from segue.generation.task import Task, task_of
from segue.generation.writer import Prompts, Writer
from segue.models import onnx_graph
from segue.models.decoder_shape import FORBIDDEN, HIGHEST_DRUM, HIGHEST_PITCH
from segue.models.folder import model_folder
from segue.models.onnx_export import export_onnx
from segue.score import Score

_ERRORS: Final = 3
_ROW: Final = 0
"""The take of the group that is written down."""
_CHUNK: Final = 0
"""A continuation is always one (`segue.generation.chunks`)."""


def main(
    out: Annotated[Path, typer.Argument(help="The folder to write into.")],
    example: Annotated[str, typer.Option(help="An example prompt.")] = "band",
    bars: Annotated[int, typer.Option(help="How many bars are to be written.")] = 4,
    model: Annotated[str, typer.Option(help="A shipped model, or a folder.")] = "band",
    golden: Annotated[int, typer.Option(help="Of how many events golden.json has logits.")] = 0,
) -> None:
    """Write the model, the prompt and, if asked for, the golden events."""
    _, rounded = _write_demo(out, example, bars, model)
    if golden:
        ort.set_default_logger_severity(_ERRORS)  # constants of the rounding remain, unused
        with patch.object(onnx_graph._Writer, "product", _plain_product):
            writer, recorder = _write_demo(out / "golden", example, bars, model)
            found = _golden(writer, recorder, golden)
        found["rounded"] = _said_by(rounded.network, writer, found["values"])
        _write(out / "golden" / "golden.json", found)


def _write_demo(out: Path, example: str, bars: int, model: str) -> tuple[Writer, "_Recorder"]:
    export_onnx(model_folder(model), out / "model")
    composer = load(model)
    request = Continue(bars=bars)
    task = task_of(request, request.placed(Piece.of(example_path(example))))
    recorder = _Recorder(composer.network)
    writer, cast = _writer(composer, recorder, task, request)
    _write(out / "prompt.json", _prompt(writer, cast, task))
    return writer, recorder


def _plain_product(self: onnx_graph._Writer, x: str, matrix: Float32Array) -> str:
    """`onnx_graph`'s product with nothing rounded."""
    return self.graph.node("MatMul", x, self.graph.constant(matrix.T))[0]


def _writer(
    composer: Composer, network: Network, task: Task, request: Continue
) -> tuple[Writer, Cast]:
    """The writer of the first takes, as `perform` makes it, and the cast of the first."""
    performance = _Performance(network, task, request, Following(), composer.context)
    group = groups(request.numbers)[0]
    rows = performance._beginnings(group)
    windows = performance._windows(rows, performance.chunks[_CHUNK])
    writer = Writer(
        Prompts(network),
        windows,
        performance._instructions(rows, windows[0], _CHUNK),
        request.options,
        dice=_RecordedDice(request.seed, group.numbers, chunk=_CHUNK),
        context=composer.context,
    )
    return writer, rows[_ROW].cast


# ---- the prompt ----------------------------------------------------------------------------------


def _prompt(writer: Writer, cast: Cast, task: Task) -> dict[str, Any]:
    window, rules, plan = writer.windows[0], writer.rules, writer._plan()
    return {
        "vocabulary": _vocabulary(),
        "context": writer.context,
        "visible": writer.visible[0].tolist(),
        "bar_events": writer.bar_events.tolist(),
        "written": writer.bars.tolist(),
        "instruments": plan.instruments[_ROW].tolist(),
        "parts": _indices(plan.parts[_ROW] > 0),
        "controls": plan.controls[_ROW].tolist(),
        "allowed": _indices(rules.allowed[_ROW, :, :MAX_PARTS]),
        "required": _indices(rules._required[_ROW, :, :MAX_PARTS]),
        "habits": [
            {
                "attribute": attribute,
                "column": ATTRIBUTE_COLUMNS[attribute],
                "nats": NATS[attribute],
            }
            for attribute in NATS
        ],
        "of_the_piece": OF_THE_PIECE,
        "lines": {
            "steps": lines.STEPS,
            "usual_steps": lines.USUAL_STEPS,
            "of_usual_steps": lines.OF_USUAL_STEPS,
            "octave_outside": lines.OCTAVE_OUTSIDE,
            "begin": int(writer.bar_events[writer.bars[0], Column.TIME]),
            "strength": lines.STRENGTH,
            "usual": lines.USUAL,
            "of_usual": lines.OF_USUAL,
            "of_prompt": lines.OF_PROMPT,
        },
        "most_in_bar": rules._most_in_bar,
        "largest_chord": rules._largest_chord,
        "temperature": writer.options.temperature,
        "top_p": writer.options.top_p,
        "music": _music(cast.score, window.grid.starts[window.bars_of_piece], task)
        | {"targets": cast.targets.tolist()},
    }


def _vocabulary() -> dict[str, Any]:
    return {
        "bar_event": BAR_EVENT,
        "note_event": NOTE_EVENT,
        "masked": MASKED,
        "end": END,
        "max_parts": MAX_PARTS,
        "no_part": NO_PART,
        "drums": DRUMS,
        "end_of_bar": N_INSTRUMENTS,
        "highest_pitch": HIGHEST_PITCH,
        "highest_drum": HIGHEST_DRUM,
        "drum_pitch_offset": DRUM_PITCH_OFFSET,
        "positions_per_quarter": POSITIONS_PER_QUARTER,
        "durations": DURATIONS.tolist(),
        "velocity_step": VELOCITY_STEP,
        "clashes": [SEMITONE, WHOLE_TONE],
        "tritone": TRITONE,
        "forbidden": FORBIDDEN,
    }


def _music(score: Score, bar_starts: IntArray, task: Task) -> dict[str, Any]:
    """The piece in ticks; `bar_starts`: of the window's bars."""
    first, end = task.piece.ticks(task.region)
    return {
        "ticks_per_quarter": score.ticks_per_quarter,
        "bar_starts": bar_starts.tolist(),
        "first": first,
        "end": end,
        "tempi": np.stack(list(score.tempo_map.columns().values()), axis=1).tolist(),
        "tracks": [
            {
                "name": track.name,
                "program": track.program,
                "is_drum": track.is_drum,
                "notes": np.stack(
                    [
                        track.notes.onset,
                        track.notes.duration,
                        track.notes.pitch.astype(np.int64),
                        track.notes.velocity.astype(np.int64),
                    ],
                    axis=1,
                ).tolist(),
            }
            for track in score.tracks
        ],
    }


def _indices(chosen: BoolArray) -> list[list[int]]:
    """The parts of each bar, (NB, P)."""
    return [np.flatnonzero(bar).tolist() for bar in chosen]


# ---- the golden events ---------------------------------------------------------------------------


def _golden(writer: Writer, recorder: "_Recorder", count: int) -> dict[str, Any]:
    writer.write(asked=[_ROW], on_bar=_nothing, cancelled=lambda: len(recorder.values) >= count)
    assert isinstance(writer.dice, _RecordedDice)
    return {
        "rolls": writer.dice.rolls,
        "logits": recorder.logits,
        "values": recorder.values,
        "events": [events[_ROW].tolist() for events in _read_by(writer)],
    }


def _read_by(writer: Writer) -> list[IntArray]:
    """What takes have read after the prompt: first the beginning of a bar."""
    return writer.events[writer.visible.shape[1] :]


def _said_by(network: Network, writer: Writer, values: list[list[int]]) -> list[list[list[float]]]:
    """The logits of a network for the events of a take that another wrote."""
    recorder = _Recorder(network)
    steps = recorder.read(writer.visible, writer._plan())
    for events, drawn in zip(_read_by(writer), values, strict=False):  # of the last, none was asked
        steps.step(events)
        steps.next_event(partial(_given, drawn))
    return recorder.logits


def _given(drawn: list[int], attribute: int, logits: Float32Array) -> IntArray:
    """A `Choose` that takes what was drawn elsewhere."""
    return np.full(len(logits), drawn[attribute])


def _nothing(row: int, bars: int) -> None:
    del row, bars


class _RecordedDice(Dice):
    """Keeps what one row was given."""

    def __init__(self, seed: int, takes: Sequence[int], *, chunk: int = 0) -> None:
        super().__init__(seed, takes, chunk=chunk)
        self.rolls: list[list[float]] = []
        """Of each event, of each attribute."""

    def roll(self) -> Float32Array:
        """See `Dice`."""
        found = super().roll()
        self.rolls.append(found[_ROW].tolist())
        return found


class _Recorder:
    """A `Network` that keeps what it says of one row."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.context, self.max_bars = network.context, network.max_bars
        self.n_parameters, self.threads = network.n_parameters, network.threads
        self.latents_of = network.latents_of
        self.logits: list[list[list[float]]] = []
        """Of each event, of each attribute."""
        self.values: list[list[int]] = []

    def read(self, events: IntArray, plan: Plan) -> Steps:
        """See `Network`."""
        return _RecordedSteps(self, self.network.read(events, plan))


class _RecordedSteps:
    """See `_Recorder`."""

    def __init__(self, recorder: _Recorder, steps: Steps) -> None:
        self._recorder, self._steps = recorder, steps

    @property
    def length(self) -> int:
        """See `Steps`."""
        return self._steps.length

    def fork(self, plan: Plan) -> Steps:
        """See `Steps`."""
        return _RecordedSteps(self._recorder, self._steps.fork(plan))

    def keep(self, rows: IntArray) -> None:
        """See `Steps`."""
        self._steps.keep(rows)

    def step(self, events: IntArray) -> None:
        """See `Steps`."""
        self._steps.step(events)

    def restart(self, events: IntArray) -> None:
        """See `Steps`."""
        self._steps.restart(events)

    def next_event(self, choose: Choose) -> None:
        """See `Steps`."""
        logits: list[list[float]] = []
        values: list[int] = []

        def kept(attribute: int, found: Float32Array) -> IntArray:
            logits.append(found[_ROW].tolist())
            value = choose(attribute, found)
            values.append(int(value[_ROW]))
            return value

        self._steps.next_event(kept)
        assert len(values) == len(ATTRIBUTES)
        self._recorder.logits.append(logits)
        self._recorder.values.append(values)


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    typer.run(main)
