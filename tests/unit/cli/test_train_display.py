"""What a run shows: lines where there is no terminal, and the last validation as a table."""

import pytest
from rich.console import Console

from segue.cli.train_display import TrainingDisplay, validation_table
from segue.training.loop import Report


def report(step: int, **values: float) -> Report:
    told = {"nll/event": 3.5, "sketch/event": 12.0, "kl/bar": 24.0, "events_per_s": 5000.0}
    return Report(step, 100, {**told, **values})


VALIDATION = {
    f"{reading}/{name}": float(number)
    for reading in ("with_z", "without_z")
    for number, name in enumerate(
        (
            *(f"nll/{a}" for a in ("event", "part", "position", "pitch", "duration", "velocity")),
            "kl/bar",
            "kl/active_dimensions",
        )
    )
}


def test_without_a_terminal_validations_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(0, 100, shown=True) as display:
        display.on_step(report(1))
        display.on_step(report(2, **{f"valid/{name}": value for name, value in VALIDATION.items()}))

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "step 2 of 100: validation 0.000 nats an event with z, 0.000 without, KL 6.0 a bar\n"
    )


def test_between_validations_there_is_a_line_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("segue.cli.train_display.time.monotonic", lambda: now[0])
    with TrainingDisplay(0, 100, shown=True) as display:
        for step in range(1, 8):
            now[0] += 25
            nll = 0.0 if step < 4 else 3.5
            display.on_step(report(step, **{"nll/event": nll}))

    assert capsys.readouterr().err.splitlines() == [
        "step 3 of 100: 5,000 events/s, 12.000 nats an event by z, KL 24.0 a bar",
        "step 6 of 100: 5,000 events/s, 3.500 nats an event, KL 24.0 a bar",
    ]


def test_a_display_that_is_not_shown_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingDisplay(0, 100, shown=False) as display:
        display.on_step(report(1, **{f"valid/{name}": 1.0 for name in VALIDATION}))

    assert capsys.readouterr() == ("", "")


def test_the_table_has_both_readings_of_every_measure() -> None:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(validation_table(VALIDATION))

    rows = [line for line in captured.get().splitlines() if "│" in line]
    assert len(rows) == len(VALIDATION) // 2
    assert [word for word in rows[-2].split() if word != "│"][-2:] == ["6.000", "6.000"]
