"""The report of the trial of obedience: Markdown, a picture, and the JSON beside them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.report.saving import save_figure
from segue.evaluation.report.tables import markdown
from segue.evaluation.trials.asked_and_written import PLAIN, Section
from segue.evaluation.trials.obedience import Obedience
from segue.evaluation.trials.trial import Row
from segue.files import make_folder, write_bytes
from segue.version import __version__

__all__ = ["NOTEBOOK_NAME", "write_obedience"]

NOTEBOOK_NAME: Final = "obedience.jsonl"
"""What was measured so far; gone when all is."""
_NAME: Final = "obedience"
_INK: Final = "#39404a"
_ASKED: Final = "#3b6fb6"
_PLAIN_COLOUR: Final = "#a3aab5"
_PANELS: Final = (
    ("changes", "notes", None, "notes a bar beside the prompt, %"),
    ("changes", "semitones", None, "semitones beside the prompt"),
    ("classes", "moved", "moved_plain", "share of parts that moved as asked"),
    ("keys", "inside", "inside_plain", "share of notes in the scale that was asked"),
    ("chords", "time", "time_plain", "share of the time in the chord that was asked"),
)
"""Section, figure, the figure with nothing asked (None: the row of that name), title."""


def write_obedience(found: Obedience, out: Path) -> list[Path]:
    """Write all three into `out`, which is made if it is not there; returns their paths.

    The notebook, if there is one in `out`, has served its time and goes.

    Raises:
        InputError: `out` cannot be written.
    """
    make_folder(out)
    page, picture, data = (out / f"{_NAME}.{kind}" for kind in ("md", "svg", "json"))
    mapping = {"segue": __version__, **found.to_mapping()}
    write_bytes(data, (json.dumps(mapping, indent=1, allow_nan=False) + "\n").encode())
    draw_obedience(found, picture)
    write_bytes(page, _markdown(found, picture.name, data.name).encode())
    (out / NOTEBOOK_NAME).unlink(missing_ok=True)
    return [page, picture, data]


def _markdown(found: Obedience, picture: str, data: str) -> str:
    lines = [
        f"# {found.title}",
        "",
        f"{found.about} Segue {__version__}. Everything here is in [{data}]({data}). After ± is "
        "how far a 95 % interval reaches, over prompts; a dash stands where a figure is undefined.",
        "",
        f"![Asked in blue, nothing asked in grey]({picture})",
    ]
    for section in found.sections:
        lines += ["", f"## {section.title}", "", markdown(section.table())]
    lines += ["", "## What these figures do not say", ""]
    lines += [f"- {trap}" for trap in found.traps]
    if found.unreadable:
        lines += ["", "## Files that could not be read", ""]
        lines += [f"- {reason}" for reason in found.unreadable]
    return "\n".join(lines) + "\n"


def draw_obedience(found: Obedience, path: Path) -> None:
    """A panel a measure: each wish with its interval, blue; the same with nothing asked, grey."""
    sections = {section.name: section for section in found.sections}
    figure = Figure(figsize=(10, 10), layout="constrained")
    for place, (name, of, plain, title) in enumerate(_PANELS, start=1):
        panel = figure.add_subplot(3, 2, place)
        _draw_panel(panel, sections[name], of, plain)
        panel.set_title(title, fontsize=8, color=_INK)
    figure.suptitle(f"blue: asked; grey: {PLAIN}", fontsize=8, color=_INK)
    save_figure(figure, path)


def _draw_panel(panel: Axes, section: Section, of: str, plain: str | None) -> None:
    rows: Sequence[Row] = [row for row in section.rows if row.values[of] is not None]
    for place, row in enumerate(rows):
        is_plain = plain is None and row.name.startswith("nothing")
        _draw(panel, place, row.values[of], _PLAIN_COLOUR if is_plain else _ASKED)
        if plain is not None:
            _draw(panel, place + 0.25, row.values[plain], _PLAIN_COLOUR)
    panel.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=8)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.grid(axis="x", color="#e3e6ea")
    panel.tick_params(labelsize=7, labelcolor=_INK, length=0)
    for spine in panel.spines.values():
        spine.set_color("#c3c8cf")


def _draw(panel: Axes, place: float, found: Estimate | None, colour: str) -> None:
    if found is not None:
        panel.plot([found.low, found.high], [place, place], color=colour, linewidth=2)
        panel.plot(found.value, place, "o", color=colour, markersize=5)
