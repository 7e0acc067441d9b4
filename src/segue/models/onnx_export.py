"""A model as files for other runtimes of ONNX: a browser, a phone, another language.

Beside the graphs (`onnx_graph`) go the tables that a caller adds up itself, and `onnx.json`, which
says how: which columns an event has, where their values stand in the tables, how many there are.
"""

from pathlib import Path
from typing import Any, Final

from safetensors.numpy import save

from segue.config import to_mapping
from segue.encoding.sequence import ATTRIBUTES, Column
from segue.files import json_bytes, make_folder, write_bytes
from segue.models import onnx_graph
from segue.models.decoder_shape import (
    BAR_COLUMNS,
    CONTROL_COLUMNS,
    EVENT_COLUMNS,
    LONGEST_TIME,
    NOTE_COLUMNS,
    SIZES,
)
from segue.models.folder import CARD_NAME, read_card, read_config
from segue.models.weight_arrays import read_weights
from segue.nn.periods import INDEX_RANGE, SHORTEST_TIME

BODY_NAME: Final = "body.onnx"
TABLES_NAME: Final = "tables.safetensors"
ABOUT_NAME: Final = "onnx.json"
_TABLES: Final = ("embed.masked_", "heads.instrument.", "heads.part.", "heads.chosen.")
_CONTROLS: Final = "heads.controls.table.weight"


def head_name(attribute: str) -> str:
    """The file of the head of one of the `ATTRIBUTES`."""
    return f"head-{attribute}.onnx"


def export_onnx(model: Path, out: Path) -> list[Path]:
    """Write the files of a model's folder into `out`; returns them.

    Raises:
        CheckpointError: the folder holds no model, or a damaged one.
        InputError: the files cannot be written.
    """
    config = read_config(model)
    weights = read_weights(model, config)
    tables = {
        name: value
        for name, value in weights.items()
        if name.startswith(_TABLES) or name == _CONTROLS
    }
    files = {
        BODY_NAME: onnx_graph.body(config, weights),
        **{
            head_name(name): onnx_graph.head(config, weights, number)
            for number, name in enumerate(ATTRIBUTES)
        },
        TABLES_NAME: save(tables),
        ABOUT_NAME: json_bytes(_about(to_mapping(config))),
        CARD_NAME: json_bytes(read_card(model)),
    }
    make_folder(out)
    for name, content in files.items():
        write_bytes(out / name, content)
    return [out / name for name in files]


def _about(config: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": config,
        "columns": {column.name.lower(): int(column) for column in Column},
        "attributes": dict(zip(ATTRIBUTES, SIZES, strict=True)),
        "table": {
            "event": _sizes(EVENT_COLUMNS),
            "note": _sizes(NOTE_COLUMNS),
            "bar": _sizes(BAR_COLUMNS),
        },
        "controls": _sizes(CONTROL_COLUMNS),
        "turns": {
            "index_range": INDEX_RANGE,
            "shortest_time": SHORTEST_TIME,
            "longest_time": LONGEST_TIME,
        },
    }


def _sizes(columns: tuple[tuple[int, int], ...]) -> list[list[int]]:
    """Each column and how many rows of its table it has; row 0 is silence, the first follows it."""
    return [[int(column), size] for column, size in columns]
