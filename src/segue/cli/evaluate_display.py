"""What `segue evaluate` prints: the summary of a comparison, and what listeners answered."""

from typing import TYPE_CHECKING, Final

from segue.cli.messages import say
from segue.plain import plain

if TYPE_CHECKING:
    from rich.table import Table

    from segue.evaluation.comparison.benchmark import Benchmark
    from segue.evaluation.listening.answers import Analysis, Share
    from segue.evaluation.trials.obedience import Obedience
    from segue.evaluation.trials.trial import Trial

__all__ = ["show_analysis", "show_benchmark", "show_obedience", "show_trial"]

N_TELLING: Final = 10
"""Features of a set that are named."""


def show_benchmark(benchmark: "Benchmark") -> None:
    """The summary, what is missing, and the features that set each tested set apart."""
    from rich.console import Console

    from segue.evaluation.comparison.headlines import SUMMARY
    from segue.evaluation.report.tables import headline_table, telling_table, turned

    console = Console()
    report = benchmark.to_mapping()
    title = f"{report['n']} excerpts a set, against {report['against']['name']}"
    console.print(_table(turned(headline_table(report, SUMMARY)), title, overflow="fold"))
    for reason, names in _by_reason(report["missing"]).items():
        say(f"{', '.join(names)}: missing, because {reason}")
    for each in report["sets"]:
        if each["unreadable"]:
            say(f"{each['name']}: {len(each['unreadable'])} files could not be read")
        if each["kind"] in ("ceiling", "baseline"):
            continue
        title = f"What sets {each['name']} apart"
        console.print(_table(telling_table(each, N_TELLING), title))


def show_analysis(found: "Analysis") -> None:
    """How often listeners recognised real music and preferred the written: all, and each."""
    from rich.console import Console

    rows = [["", "real music recognised", "written preferred"]]
    rows.append(["all", _share(found.told_apart), _share(found.prefer_written)])
    for name, shares in found.by_listener.items():
        rows.append([name, _share(shares["told_apart"]), _share(shares["prefer_written"])])
    Console().print(_table(rows, found.kit))


def show_trial(trial: "Trial") -> None:
    """Everyone's figures, and of what they are."""
    from rich.console import Console

    console = Console()
    console.print(_table(trial.table(), trial.title, overflow="fold"))
    say(trial.about)
    if trial.unreadable:
        console.print(f"{len(trial.unreadable)} files could not be read")


def show_obedience(found: "Obedience") -> None:
    """Every table of asked and written, and of what they are."""
    from rich.console import Console

    console = Console()
    for section in found.sections:
        console.print(_table(section.table(), section.title, overflow="fold"))
    say(found.about)
    if found.unreadable:
        console.print(f"{len(found.unreadable)} files could not be read")


def _table(rows: list[list[str]], title: str, *, overflow: str = "ellipsis") -> "Table":
    """Rows of cells, the header first."""
    from rich.table import Table

    header, *body = rows
    table = Table(title=plain(title))
    for cell in map(plain, header):
        table.add_column(cell, overflow="fold" if overflow == "fold" else "ellipsis")
    for row in body:
        table.add_row(*map(plain, row))
    return table


def _by_reason(missing: dict[str, str]) -> dict[str, list[str]]:
    """Those that are missing, grouped by the reason, so that one line says it for all."""
    found: dict[str, list[str]] = {}
    for name, reason in missing.items():
        found.setdefault(reason, []).append(name)
    return found


def _share(share: "Share") -> str:
    if share.share is None:
        return "-"
    return (
        f"{share.count} of {share.of} ({share.share:.0%}, {share.low:.0%} to {share.high:.0%}, "
        f"p = {share.p_value:.3f}), {share.ties} ties"
    )
