"""How near the fingerprint's lengths are to the exact ones, on real test music, and other grams.

    python -m benchmarks.novelty.agreement CORPUS INDEX [--grams]

Excerpts of eight bars with the eight before them as their prompts. Then the share of copies, and of
other music, that deserves attention: takes that are word for word what a training song goes on
with, and what test songs do. With `--grams` also: passages chained from known grams of 8, 12 and
16 tokens (a fingerprint without false positives) against the longest passage that one song has.
"""

import argparse
from pathlib import Path

import numpy as np

from segue.corpus import CorpusStore
from segue.evaluation.copies.yardstick import Heard, draw_heard, measure_yardstick
from segue.models.folder import model_folder
from segue.novelty import Kind, PassageIndex, lines_of_score, read_known_music
from segue.novelty.known import FILE_NAME

EXCERPTS = 400
SHARES = (0.25, 0.5, 0.75, 0.9, 0.99)


def tell_agreement(heard: list[Heard], index: PassageIndex) -> None:
    """A table of quantiles, and of ranks."""
    known = read_known_music(model_folder("band") / FILE_NAME)
    exact, bound = measure_yardstick(heard, index), measure_yardstick(heard, known.fingerprint)
    print(
        "| | " + " | ".join(f"{s:.0%}" for s in SHARES) + " | longer by, median | 95 % | rank r |"
    )
    print("|---|" + "--:|" * (len(SHARES) + 3))
    for kind in Kind:
        has = exact.size[kind] > 0
        least, most = exact.length[kind][has], bound.length[kind][has]
        assert np.all(least <= most)
        ranks = [np.argsort(np.argsort(column, kind="stable")) for column in (least, most)]
        r = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
        gap = np.quantile(most - least, [0.5, 0.95])
        for name, lengths in (("exact", least), ("fingerprint", most)):
            cells = [f"{q:.0f}" for q in np.quantile(lengths, SHARES)]
            rest = ["", "", ""] if name == "exact" else [f"{g:.0f}" for g in gap] + [f"{r:.2f}"]
            print(f"| {kind.name.lower()}, {name} | " + " | ".join(cells + rest) + " |")


def tell_power(store: CorpusStore, index: PassageIndex) -> None:
    """Takes that copy: what the training songs themselves go on with after eight bars of theirs."""
    known = read_known_music(model_folder("band") / FILE_NAME)
    print("\n| eight bars of | deserve attention, exactly | by the fingerprint |")
    print("|---|--:|--:|")
    for split in ("train", "test"):
        heard = draw_heard(store, split=split, count=EXCERPTS, n_bars=8, seed=23)
        counts = np.zeros(2)
        for each in heard:
            exact = known.exact_report(each.new, index, own=[each.own])
            bound = known.report(each.new, own=[each.own])
            counts += [exact.deserves_attention, bound.deserves_attention]
        cells = [f"{100 * count / len(heard):.1f} %" for count in counts]
        print(f"| {split} songs ({len(heard)}) | " + " | ".join(cells) + " |")


def tell_grams(heard: list[Heard], index: PassageIndex) -> None:
    """Raw lengths: one song's longest passage, and the longest chain of known grams."""
    lines = [line for each in heard for line in lines_of_score(each.new)]
    reaches = index.reaches(lines)
    print("\n| gram | " + " | ".join(f"chain / passage, {s:.0%}" for s in SHARES) + " |")
    print("|--:|" + "--:|" * len(SHARES))
    for gram in (8, 12, 16):
        ratios = []
        for reach in reaches:
            passage = int(reach.max(initial=0))
            if passage < gram:
                continue
            known = np.flatnonzero(np.diff(np.concatenate([[0], reach >= gram, [0]])))
            chain = int((known[1::2] - known[::2]).max()) + gram - 1
            ratios.append(chain / passage)
        cells = [f"{q:.2f}" for q in np.quantile(ratios, SHARES)]
        print(f"| {gram} | " + " | ".join(cells) + " |")


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--grams", action="store_true")
    arguments = parser.parse_args()
    index = PassageIndex.open(arguments.index)
    store = CorpusStore.open(arguments.corpus)
    heard = draw_heard(store, split="test", count=EXCERPTS, n_bars=8, seed=22)
    tell_agreement(heard, index)
    tell_power(store, index)
    if arguments.grams:
        tell_grams(heard, index)


if __name__ == "__main__":
    main()
