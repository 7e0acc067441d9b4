"""Data cards: what an exported corpus is, where it comes from, and what may be done with it.

A card states every licence tier in plain words. Nothing in it is a promise that the ledger does not
make.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segue.corpus.ledger import OPEN_TIER
from segue.corpus.manifest import Manifest
from segue.corpus.summary import Group, Summary

TIER_MEANINGS: Final = {
    "open": "an open licence is stated: use and pass on each song under its own, which the ledger"
    " names",
    "research": "no licence from the rights holders is known: for private training, evaluation and"
    " benchmarks, not for publication",
    "unclear": "a licence is claimed, but who made the files is unknown: treat as research",
    "unknown": "nobody has said where these files come from: find out before passing them on",
}


def data_card(title: str, layout: str, summary: Summary, manifest: Manifest) -> str:
    """The text of a data card, as Markdown.

    Args:
        title: the first heading.
        layout: what the files hold and how to load them, as Markdown.
        summary: the exported songs.
        manifest: of the corpus that they come from.
    """
    sections = [
        f"# {title}",
        _publication_notice(summary),
        f"## What it is\n\n{_contents(summary)}",
        f"## Files\n\n{layout}",
        f"## Licence tiers\n\n{_tiers(summary)}",
        f"## Sources\n\n{_collections(summary)}",
        f"## How it was made\n\n{_method(manifest)}",
        f"## Limits\n\n{_LIMITS}",
    ]
    return "\n\n".join(sections) + "\n"


def _publication_notice(summary: Summary) -> str:
    closed = summary.whole.songs - summary.tiers.get(OPEN_TIER, Group(0, 0, 0.0)).songs
    if closed == 0:
        return (
            "Every song has an open licence, named in `ledger.jsonl`. Several of them ask for"
            " attribution, and some for the same licence on what is made from them."
        )
    return (
        f"**{closed:,} of {summary.whole.songs:,} songs have no open licence. Do not publish this"
        " export**, and call no model trained on it openly licensed."
    )


def _contents(summary: Summary) -> str:
    whole = summary.whole
    rows: list[list[str | Group]] = [[name, group] for name, group in summary.splits.items()]
    return (
        f"{whole.songs:,} pieces of multi-instrument music as MIDI notes: {whole.notes:,} notes,"
        f" {whole.hours:,.0f} hours, {summary.n_clusters:,} different tunes. The median piece has"
        f" {summary.median_instruments:g} instruments; {summary.share_with_drums:.0%} have drums,"
        f" {summary.share_four_four:.0%} begin in 4/4.\n\n{_table(['split'], rows)}"
    )


def _tiers(summary: Summary) -> str:
    rows: list[list[str | Group]] = [
        [name, TIER_MEANINGS.get(name, "as the ledger's owner defines it"), group]
        for name, group in summary.tiers.items()
    ]
    return _table(["tier", "what it means"], rows)


def _collections(summary: Summary) -> str:
    rows: list[list[str | Group]] = [
        [source, tier, licence or "none stated", group]
        for (source, tier, licence), group in summary.collections.items()
    ]
    return (
        "Each song's source, licence tier and licence are a line of `ledger.jsonl`.\n\n"
        + _table(["source", "tier", "licence"], rows)
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str | Group]]) -> str:
    """A Markdown table; the last cell of each row is a group and becomes three."""
    lines = [
        f"| {' | '.join([*heads, 'songs', 'notes', 'hours'])} |",
        f"|{'---|' * len(heads)}--:|--:|--:|",
    ]
    for *cells, group in rows:
        assert isinstance(group, Group)
        counts = [f"{group.songs:,}", f"{group.notes:,}", f"{group.hours:,.1f}"]
        texts = [str(cell).replace("|", "\\|") for cell in cells]
        lines.append(f"| {' | '.join([*texts, *counts])} |")
    return "\n".join(lines)


def _method(manifest: Manifest) -> str:
    options = ", ".join(f"{name} {value}" for name, value in manifest.options.items())
    return (
        "Parsed by symusic; times are the files' own, nothing is quantised. Exact duplicates are"
        " out. Near-duplicates (the same tune in another key, tempo, arrangement or edition, found"
        " by MinHash over melodic intervals) are in, and all of a kind are in one split: train,"
        " valid and test are 70, 15 and 15 % of the tunes, drawn by checksum.\n\n"
        f"Options: {options}. {manifest.n_rejected:,} files were rejected. The corpus that this was"
        f" exported from has the checksum `{manifest.content_sha256}`."
    )


_LIMITS: Final = (
    "Only notes, programs, tempo and metre are kept: no controllers, pitch bends, lyrics or names."
    " Near-duplicate search looks at melody; two arrangements that share little of it may be taken"
    " for two tunes. Sequenced music is not performed music, and what is popular among those who"
    " sequence is over-represented."
)
