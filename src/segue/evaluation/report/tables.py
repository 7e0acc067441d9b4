"""The tables of an evaluation, as cells of text: for the terminal, the page and the README.

They are made from a report's JSON and not from the run, so that a committed report can be shown
anew. An undefined value is a dash.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from segue.evaluation.comparison.headlines import HEADLINES
from segue.evaluation.comparison.pairing import BESIDE_PROMPT, BESIDE_REAL
from segue.metrics import METRICS

__all__ = [
    "DASH",
    "headline_table",
    "markdown",
    "metric_table",
    "mgeval_table",
    "paired_table",
    "telling_table",
    "turned",
]

DASH: Final = "-"
Table = list[list[str]]
"""Rows of cells, the header first."""


def headline_table(report: Mapping[str, Any], names: Sequence[str] | None = None) -> Table:
    """A row a headline figure with half its interval, a column a set; novelty last.

    Args:
        report: `Benchmark.to_mapping`.
        names: of `HEADLINES`, for instance `SUMMARY`; by default all.
    """
    shown = [h for h in HEADLINES if names is None or h.name in names]
    sets = report["sets"]
    novelty = [each["novelty"] for each in sets]
    return [
        ["", *(each["name"] for each in sets)],
        *(
            [
                f"{h.title} ({_direction(h.better)})",
                *(interval(each["headlines"][h.name], h.digits) for each in sets),
            ]
            for h in shown
        ),
        ["shares a rare passage with the training music, % (real)", *map(_attention, novelty)],
        ["longest passage shared in one track, notes (real)", *map(_longest, novelty)],
    ]


def _attention(novelty: Mapping[str, Any] | None) -> str:
    if novelty is None:
        return DASH
    percent = {key: 100 * value for key, value in novelty["deserves_attention"].items()}
    return interval(percent, 1)


def _longest(novelty: Mapping[str, Any] | None) -> str:
    return DASH if novelty is None else f"{novelty['longest']['track']:.0f}"


def metric_table(report: Mapping[str, Any]) -> Table:
    """A row a metric: its mean in the real excerpts and in every set."""
    sets = report["sets"]
    table = [["", "unit", "real, compared with", *(each["name"] for each in sets)]]
    for metric in METRICS:
        pairs = [each["comparison"]["metrics"][metric.name] for each in sets]
        cells = [interval(pair["generated"], 3) for pair in pairs]
        real = interval(pairs[0]["real"], 3) if pairs else DASH
        undefined = f" ({metric.need.reason})" if all(c == DASH for c in (real, *cells)) else ""
        table.append([metric.title + undefined, metric.unit, real, *cells])
    return table


def paired_table(report: Mapping[str, Any]) -> Table:
    """A row a set that was written for prompts; beside the prompt with the real value after it."""
    titles = {"note_f1": "note F1"} | {k: v[0] for k, v in (*BESIDE_REAL.items(),)}
    beside = {name: title for name, (title, _) in BESIDE_PROMPT.items()}
    table = [["", *titles.values(), *(f"{title} (real)" for title in beside.values())]]
    for each in report["sets"]:
        found = each["paired"]
        if found is None:
            continue
        cells = [interval(found[name]["written"], 3) for name in titles]
        for name in beside:
            real = found[name]["real"]
            cells.append(
                f"{interval(found[name]['written'], 3)} ({DASH if real is None else _number(real)})"
            )
        table.append([each["name"], *cells])
    return table


def mgeval_table(report: Mapping[str, Any]) -> Table:
    """A row a set: OA and KLD by each of MGEval's features."""
    sets = [each for each in report["sets"] if each["comparison"]["mgeval"]]
    if not sets:
        return [["MGEval: no set has two excerpts"]]
    features = list(sets[0]["comparison"]["mgeval"])
    table = [["OA / KLD", *features]]
    for each in sets:
        pairs = [each["comparison"]["mgeval"][name] for name in features]
        table.append([each["name"], *(f"{p['overlap']:.2f} / {p['kl']:.3f}" for p in pairs)])
    return table


def telling_table(found: Mapping[str, Any], count: int) -> Table:
    """The features that give one set away."""
    table = [["feature", "real", "here", "shift", "overlap", "AUC lost without"]]
    for gap in found["comparison"]["features"][:count]:
        table.append(
            [
                gap["name"].replace("_", " "),
                f"{gap['real_mean']:.3f}",
                f"{gap['generated_mean']:.3f}",
                f"{gap['shift']:+.2f} sd",
                f"{gap['overlap']:.2f}",
                f"{max(0.0, gap['importance']):.3f}",
            ]
        )
    return table


def interval(found: Mapping[str, float] | None, digits: int) -> str:
    """A value and how far its interval reaches, the longer way, if it has one."""
    if found is None:
        return DASH
    value = f"{found['value']:.{digits}f}"
    if found["low"] == found["high"]:
        return value
    reach = max(found["high"] - found["value"], found["value"] - found["low"])
    return f"{value} ± {reach:.{digits}f}"


def turned(table: Table) -> Table:
    """With columns for rows: many sets and few figures fit a page so."""
    return [list(cells) for cells in zip(*table, strict=True)]


def markdown(table: Table) -> str:
    """A table in Markdown."""
    header, *rows = table
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _number(found: Mapping[str, float]) -> str:
    return f"{found['value']:.3f}"


def _direction(better: str) -> str:
    return {"lower": "lower", "higher": "higher", "real": "as real"}[better]
