"""The report of an evaluation: one HTML page, its figures as SVG, and the JSON beside it.

Piano rolls are of Segue's own examples, which may be published, and, where asked for, of what the
sets hold after prompts of the reference (`prompt_rolls`), which may not unless the reference may.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from segue.errors import InputError
from segue.evaluation.comparison.benchmark import Benchmark
from segue.evaluation.comparison.headlines import HEADLINES
from segue.evaluation.report.figures import draw_distributions, draw_headlines, draw_sensitivity
from segue.evaluation.report.shortcomings import shortcomings
from segue.evaluation.report.tables import (
    headline_table,
    metric_table,
    mgeval_table,
    paired_table,
    telling_table,
)
from segue.files import make_folder, write_bytes
from segue.page import render_page

__all__ = ["PAGE_NAME", "REPORT_NAME", "Roll", "read_report", "write_page"]

PAGE_NAME: Final = "index.html"
REPORT_NAME: Final = "report.json"
_TEMPLATE: Final = Path(__file__).with_name("page.html")
_TELLING: Final = 8
Roll = tuple[str, str]
"""The name of a picture beside the page, and its caption."""


def write_page(
    benchmark: Benchmark,
    out: Path,
    *,
    rolls: Sequence[Roll] = (),
    prompt_rolls: Sequence[Roll] = (),
) -> Path:
    """Write page, figures and JSON into `out`; returns the page's path.

    Args:
        benchmark: what was measured.
        out: made if it is not there.
        rolls: pictures in it of what a model makes of the examples.
        prompt_rolls: pictures in it of what the sets hold.

    Raises:
        InputError: `out` cannot be written.
    """
    make_folder(out)
    report = benchmark.to_mapping()
    text = json.dumps(report, indent=1, allow_nan=False) + "\n"
    write_bytes(out / REPORT_NAME, text.encode())
    draw_headlines(benchmark, out / "headlines.svg")
    draw_distributions(benchmark, out / "distributions.svg")
    if benchmark.sensitivity is not None:
        draw_sensitivity(benchmark.sensitivity, out / "sensitivity.svg")
    write_bytes(out / PAGE_NAME, _page(report, rolls, prompt_rolls).encode())
    return out / PAGE_NAME


def read_report(path: Path) -> dict[str, Any]:
    """A report's JSON, by its file or its folder.

    Raises:
        InputError: there is none.
    """
    file = path / REPORT_NAME if path.is_dir() else path
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        found["sets"], found["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: holds no report of `segue evaluate`; make one with -o {path}"
        ) from error
    return found


def _page(report: Mapping[str, Any], rolls: Sequence[Roll], prompt_rolls: Sequence[Roll]) -> str:
    tested = [each["name"] for each in report["sets"] if each["kind"] in ("model", "folder")]
    return render_page(
        _TEMPLATE,
        title=f"Evaluation: {', '.join(tested)}" if tested else "Evaluation of the baselines",
        report=report,
        json=REPORT_NAME,
        where="between" if report.get("task") == "infill" else "after",
        shortcomings={name: _items(shortcomings(report, name)) for name in tested},
        tables={
            "headlines": headline_table(report),
            "paired": paired_table(report),
            "metrics": metric_table(report),
            "mgeval": mgeval_table(report),
        },
        telling={each["name"]: telling_table(each, _TELLING) for each in report["sets"]},
        undamaged=_undamaged(report["sensitivity"]),
        rolls=rolls,
        prompt_rolls=prompt_rolls,
        unreadable=[file for each in (report, *report["sets"]) for file in each["unreadable"]],
    )


def _items(found: Sequence[str]) -> list[tuple[str, str]]:
    """Shortcomings as a figure's title and the rest."""
    return [(figure, rest) for figure, _, rest in (words.partition(":") for words in found)]


def _undamaged(found: Mapping[str, Any] | None) -> dict[str, str]:
    """Between which values each headline figure lies for undamaged halves, by its title."""
    if found is None:
        return {}
    return {
        h.title: _range([row[h.name] for row in found["undamaged"]], h.digits) for h in HEADLINES
    }


def _range(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known):.{digits}f} to {max(known):.{digits}f}" if known else "undefined"
