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
from segue.page import beside, bullets, escape, figure, page, table

__all__ = ["PAGE_NAME", "REPORT_NAME", "Roll", "read_report", "write_page"]

PAGE_NAME: Final = "index.html"
REPORT_NAME: Final = "report.json"
_TELLING: Final = 8
_NOTHING: Final = "<p>Nothing that can be told with so many excerpts.</p>"
_SURELY: Final = (
    "<p class='small'>Told is where 95 % intervals do not overlap. A few of so many figures do not "
    "by chance, and smaller faults are not seen with so few excerpts.</p>"
)
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
    against = report["against"]
    title = f"{', '.join(each['name'] for each in report['sets'] if _is_tested(each))}"
    title = f"Evaluation: {title}" if title.strip() else "Evaluation of the baselines"
    where = "between" if report.get("task") == "infill" else "after"
    parts = [
        f"<p>{report['n']} excerpts of {report['settings']['n_bars']} bars a set, written "
        f"{where} real bars, against "
        f"{escape(against['name'])}: {escape(against['kind'])}. Segue "
        f"{report['segue']}, seed {report['settings']['seed']}. Everything here is in "
        f'<a href="{REPORT_NAME}">{REPORT_NAME}</a>.</p>',
        *_shortcomings(report),
        "<h2>Who takes part</h2>",
        _sets(report),
        "<h2>How near to real music</h2>",
        "<p>After ± is how far a 95 % interval over excerpts reaches, takes of one prompt "
        "together. No set can be asked to come nearer than <em>real music</em> does. The AUC is "
        "how often a classifier, on excerpts that it was not trained on, takes a written excerpt "
        "for written rather than a real one: 0.5 is chance.</p>",
        table(headline_table(report)),
        figure("headlines.svg", "Some of them with their intervals; lower or higher is better."),
        "<h2>What gives them away</h2>",
        *(_telling(each) for each in report["sets"] if each["kind"] != "ceiling"),
        "<h2>Beside their prompts</h2>",
        "<p>Beside what really came next, on the left; beside the prompt, on the right, where in "
        "brackets stands how far the real continuations are from the same prompts.</p>",
        table(paired_table(report)),
        "<h2>Single measures</h2>",
        "<p>Means over excerpts. None is better high or low; near to real music is better. A dash: "
        "undefined in every excerpt.</p>",
        figure("distributions.svg", "How some of them are distributed over the excerpts."),
        table(metric_table(report)),
        "<h2>MGEval</h2>",
        table(mgeval_table(report)),
        *_sensitivity(report),
        *_rolls(rolls, prompt_rolls),
        *_unread(report),
    ]
    return page(title, parts)


def _is_tested(each: Mapping[str, Any]) -> bool:
    return each["kind"] in ("model", "folder")


def _shortcomings(report: Mapping[str, Any]) -> list[str]:
    """First of all, of every tested set, what is surely worse than it should be."""
    parts = ["<h2>What falls short</h2>"]
    for each in filter(_is_tested, report["sets"]):
        found = [_as_item(words) for words in shortcomings(report, each["name"])]
        parts += [f"<h3>{escape(each['name'])}</h3>", bullets(found) if found else _NOTHING]
    return [*parts, _SURELY] if len(parts) > 1 else []


def _as_item(words: str) -> str:
    figure, _, rest = words.partition(":")
    return f"<b>{escape(figure)}</b>:{escape(rest)}"


def _sets(report: Mapping[str, Any]) -> str:
    items = []
    for each in report["sets"]:
        told = "; ".join(f"{title} {value}" for title, value in each["notes"].items())
        text = f"<b>{escape(each['name'])}</b>: {escape(each['what'])}"
        items.append(f"{text}{'; ' + escape(told) if told else ''}")
    items += [
        f"<b>{escape(name)}</b>: not there, because {escape(reason)}"
        for name, reason in report["missing"].items()
    ]
    return bullets(items)


def _telling(found: Mapping[str, Any]) -> str:
    auc = found["comparison"]["auc"]["value"]
    heading = f"<h3>{escape(found['name'])}, AUC {auc:.3f}</h3>"
    return heading + table(telling_table(found, _TELLING))


def _sensitivity(report: Mapping[str, Any]) -> list[str]:
    found = report["sensitivity"]
    if found is None:
        return []
    learned = ", ".join(found["learned"])
    return [
        "<h2>What the figures see</h2>",
        f"<p>{found['n']} real excerpts, damaged in one way each, against {found['n']} others. "
        "Blue: the figure is worse than between undamaged halves, by more than these differ among "
        f"themselves over {len(found['undamaged'])} draws. The encoder was trained on some of the "
        f"damages ({escape(learned)}) and never met the others.</p>",
        figure("sensitivity.svg", "Values under damage; blue where the figure sees it."),
        "<p class='small'>Undamaged, over the draws: "
        + "; ".join(
            f"{h.title} {_range([row[h.name] for row in found['undamaged']], h.digits)}"
            for h in HEADLINES
        )
        + ".</p>",
    ]


def _range(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known):.{digits}f} to {max(known):.{digits}f}" if known else "undefined"


def _rolls(rolls: Sequence[Roll], prompt_rolls: Sequence[Roll]) -> list[str]:
    if not rolls and not prompt_rolls:
        return []
    return [
        "<h2>To look at</h2>",
        beside([figure(name, caption) for name, caption in prompt_rolls]),
        *(figure(name, caption) for name, caption in rolls),
    ]


def _unread(report: Mapping[str, Any]) -> list[str]:
    files = [file for each in (report, *report["sets"]) for file in each["unreadable"]]
    if not files:
        return []
    items = [escape(each["reason"]) for each in files]
    return ["<h2>Files that could not be read</h2>", bullets(items, small=True)]
