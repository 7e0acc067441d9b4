"""Piano rolls of what a model makes of Segue's own example pieces, for a report's page."""

from pathlib import Path
from typing import Final

from segue.evaluation.report.page import Roll
from segue.examples import NAMES, example_path
from segue.generation.composer import Composer
from segue.midi import read_document
from segue.picture import draw_takes

__all__ = ["draw_own_rolls"]

TAKES: Final = 2


def draw_own_rolls(composer: Composer, out: Path, *, name: str, seed: int) -> list[Roll]:
    """Continue each example, drawn at its first takes and not at its best; SVG into `out`."""
    rolls = []
    for example in NAMES:
        prompt = read_document(example_path(example)).score
        takes = composer.continue_(prompt, bars=8, takes=TAKES, seed=seed)
        file = f"roll-{example}.svg"
        in_order = sorted(takes, key=lambda take: take.number)
        draw_takes(prompt, [take.score for take in in_order], out / file)
        rolls.append((file, f"{example}, continued by {name}: the first {TAKES} takes of a seed"))
    return rolls
