"""Write the README's "Measured" section from the shipped model's card and docs/evaluation.

    python scripts/write_figures.py [--check]

Likelihood and speed are the card's, by `segue measure`; how the music compares is of
docs/evaluation, by `make benchmark`. Nothing is typed in by hand.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from segue.evaluation.comparison.headlines import SUMMARY
from segue.evaluation.report.page import read_report
from segue.evaluation.report.tables import headline_table, markdown, turned

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
CARD: Final = ROOT / "src/segue/models/shipped/band/card.json"
EVALUATION: Final = ROOT / "docs/evaluation"
BEGIN: Final = "<!-- figures: scripts/write_figures.py -->"
END: Final = "<!-- end of figures -->"
ATTRIBUTES: Final = ("part", "position", "pitch", "duration", "velocity", "note")

LIKELIHOODS: Final = {
    "model": "",
    "in_coarser_units": ", in coarser units",
    "longest_windows": ", longest windows",
    "longest_windows_in_coarser_units": ", longest windows, in coarser units",
}
"""Sections of `model-report.json`, and what is said after the model's name."""


def table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def likelihood(found: dict[str, Any]) -> str:
    """Nats a note by attribute: the baselines, and the model in two kinds of units."""
    rows = [
        [f"{name}, counted on {found[name]['n_train_notes'] / 1e6:.1f} M notes"]
        + [f"{found[name]['per_note'][a]:.2f}" for a in ATTRIBUTES]
        for name in ("unigram", "5-gram")
    ]
    for name, words in LIKELIHOODS.items():
        if name not in found:  # a model that reads no more than the usual windows
            continue
        of = found[name]["nll_per_note"]
        rows.append([f"`band`{words}", *(f"{of[a]:.2f}" for a in ATTRIBUTES)])
    return (
        f"Negative log-likelihood on {found['model']['n_notes']:,} notes of test songs, in nats a "
        "note (the end of a bar is counted with the part):\n\n"
        + table(["", *ATTRIBUTES[:-1], "in all"], rows)
        + "\n\nThe model predicts a note's track, the baselines its instrument; the coarser units "
        "know instruments, 38 durations and 16 velocities. Windows are of 1,024 events; "
        "longest windows have as many as the model reads at once."
    )


def beside_baselines(report: dict[str, Any]) -> str:
    """The sets of `segue evaluate`: real music, baselines, models."""
    return (
        f"Its music beside baselines', {report['n']} continuations a set against as many real "
        f"excerpts of {report['against']['kind']}, by `segue evaluate` (`make benchmark`, seed "
        f"{report['settings']['seed']}). No set can be expected to come nearer than *real music*; "
        "figures fall with the number of excerpts:\n\n"
        + markdown(turned(headline_table(report, SUMMARY)))
        + "\n\nWhat sets each of them apart, what each metric can see, and everything else is on a "
        "page: [docs/evaluation](docs/evaluation/index.html)."
    )


def speed(found: dict[str, Any]) -> str:
    """Seconds for takes of eight bars."""
    rows = [
        [
            name.replace("1 takes", "1 take"),
            f"{found[name]['seconds']:.1f}",
            f"{found[name]['first_event_s']:.2f}",
            f"{found[name]['first_bar_s']:.2f}",
            f"{found[name]['notes_per_s']:.0f}",
        ]
        for name in ("1 takes", "4 takes", "8 takes")
    ]
    header = ["eight bars", "seconds", "to the first event", "to the first bar", "notes/s"]
    return (
        f"Sampling, medians over prompts of real music; threads: {found['threads']}:\n\n"
        + table(header, rows)
        + f"\n\n`segue continue` with four takes, from its start to the files: "
        f"{found['command_s']:.1f} s."
    )


def section() -> str:
    """The whole section, between its marks."""
    card = json.loads(CARD.read_text(encoding="utf-8"))
    figures = card["figures"]
    parts = [
        BEGIN,
        f"The shipped model, `band`: {card['trained_hours']} hours of training on CPU, "
        f"{card['trained_events'] / 1e6:.1f} M events, begun from an earlier decoder's weights "
        "(`begun` in its card). `segue measure --corpus CORPUS` makes the figures of its insides, "
        "on the corpus that its card describes.",
        likelihood(figures["likelihood"]),
        speed(figures["speed"]),
        beside_baselines(read_report(EVALUATION)),
        END,
    ]
    return "\n\n".join(parts)


def write(
    check: Annotated[bool, typer.Option(help="Only say whether it is up to date.")] = False,
) -> None:
    """Write the section, or check it."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    written = before + section() + after
    if check and written != text:
        raise SystemExit("README.md: the figures are not those of the card; make figures")
    README.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    typer.run(write)
