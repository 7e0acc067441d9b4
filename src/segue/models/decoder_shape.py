"""What a decoder is made of, without torch: columns it reads, sizes of attributes, its weights.

`decoder` and `decoder_heads` compute with this in PyTorch, `onnx_decoder` in ONNX Runtime.
"""

from collections.abc import Sequence
from typing import Final

from segue.encoding.controls import N_CONTROL_CLASSES, N_CONTROLS
from segue.encoding.sequence import N_KINDS, N_ROLES, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    MAX_PARTS,
    MAX_POSITIONS,
    N_DURATIONS,
    N_INSTRUMENTS,
    N_KEYS,
    N_NUMERATORS,
    N_PART_CLASSES,
    N_PITCH_CLASSES_OF_PARTS,
    N_TEMPI,
    N_VELOCITIES,
    POSITIONS_PER_QUARTER,
)
from segue.models.decoder_config import DecoderConfig

LONGEST_TIME: Final = float(64 * 4 * POSITIONS_PER_QUARTER)
"""The slowest turn of the rotary embedding: 64 bars of 4/4, in positions."""

SIZES: Final = (
    N_PART_CLASSES,
    MAX_POSITIONS,
    N_PITCH_CLASSES_OF_PARTS,
    N_DURATIONS,
    N_VELOCITIES,
)
"""How many values each of the `ATTRIBUTES` has."""
N_INSTRUMENT_CLASSES: Final = N_INSTRUMENTS + 1
"""Instruments, and the end of a bar, which is no part's."""
END_OF_BAR: Final = N_INSTRUMENTS
"""The instrument class of the end."""

HIGHEST_PITCH: Final = DRUM_PITCH_OFFSET - 1
HIGHEST_DRUM: Final = N_PITCH_CLASSES_OF_PARTS - 1

FORBIDDEN: Final = -1e9
"""The logit of what cannot be: its probability is 0 exactly, in any precision."""

N_LEVEL: Final = 2
"""Numbers that say how noisy latents are."""

CONTROL_COLUMNS: Final = tuple(
    (Column.CONTROLS + control, N_CONTROL_CLASSES) for control in range(N_CONTROLS)
)
EVENT_COLUMNS: Final = (
    (Column.KIND, N_KINDS),
    (Column.ROLE, N_ROLES),
)
NOTE_COLUMNS: Final = (
    (Column.POSITION, MAX_POSITIONS),
    (Column.PART, MAX_PARTS),
    (Column.INSTRUMENT, N_INSTRUMENTS),
    (Column.PITCH, N_PITCH_CLASSES_OF_PARTS),
    (Column.DURATION, N_DURATIONS),
    (Column.VELOCITY, N_VELOCITIES),
    *CONTROL_COLUMNS,
)
BAR_COLUMNS: Final = (
    (Column.LENGTH, MAX_POSITIONS + 1),
    (Column.NUMERATOR, N_NUMERATORS),
    (Column.TEMPO, N_TEMPI),
    (Column.KEY, N_KEYS),
)


def rows_of(columns: Sequence[tuple[int, int]]) -> int:
    """The rows of the table in which these columns are embedded; row 0 is silence."""
    return 1 + sum(size for _, size in columns)


def weight_shapes(config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    """The name and the shape of every weight of a decoder."""
    width = config.width
    shapes: dict[str, tuple[int, ...]] = {
        "embed.sum.table.weight": (rows_of(EVENT_COLUMNS + NOTE_COLUMNS + BAR_COLUMNS), width),
        "embed.masked_instruments.weight": (N_INSTRUMENTS + 1, width),
        "embed.masked_parts.weight": (width, MAX_PARTS),
        "norm.weight": (width,),
        "heads.instrument.weight": (N_INSTRUMENT_CLASSES, width),
        "heads.part.weight": (N_PART_CLASSES, width),
        "heads.controls.table.weight": (rows_of(CONTROL_COLUMNS), width),
        **_linear("heads.out_instrument", width, N_INSTRUMENT_CLASSES),
        **_linear("heads.out_part", width, MAX_PARTS),
    }
    for layer in range(config.layers):
        shapes |= _of_block(f"blocks.{layer}", config)
    if config.slices:
        shapes |= _of_latents(config)
    for i, size in enumerate(SIZES):
        shapes[f"heads.before.{i}.0.weight"] = (width,)
        shapes |= _linear(f"heads.before.{i}.1", width, width)
        if i > 0:
            shapes |= _linear(f"heads.out.{i - 1}", width, size)
        if 0 < i < len(SIZES) - 1:
            shapes[f"heads.chosen.{i - 1}.weight"] = (size, width)
    return shapes


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _of_latents(config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    width, wide = config.width, config.slices * config.latent_width
    return {
        **_linear("latents.whole", wide + N_LEVEL, width),
        **_linear("latents.slice", config.latent_width + N_LEVEL, width),
        **{f"latents.{to}.weight": (width, width) for to in ("event", "part", "here", "there")},
    }


def _of_block(name: str, config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    width, head_width = config.width, config.width // config.heads
    return {
        f"{name}.norm_attention.weight": (width,),
        f"{name}.norm_feed.weight": (width,),
        f"{name}.norm_query.weight": (head_width,),
        f"{name}.norm_key.weight": (head_width,),
        f"{name}.query_key_value.weight": (3 * width, width),
        f"{name}.attention_out.weight": (width, width),
        f"{name}.feed_in.weight": (4 * width, width),
        f"{name}.feed_out.weight": (width, 4 * width),
    }
