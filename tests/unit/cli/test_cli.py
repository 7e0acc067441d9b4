"""The root command's promises: lazy commands, messages for people, exit codes."""

import pytest

from segue.cli import application
from tests.unit.cli import commands_for_tests

HERE = commands_for_tests.__name__
PLACES = {
    name: f"{HERE}:{name}"
    for name in ("good", "damaged", "absent", "full", "interrupted", "defective", "group")
} | {"lost": "no.such.module:lost"}


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        application(PLACES).main(args=args, prog_name="segue")
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_command_runs_with_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("good", "hello") == 0
    assert capsys.readouterr().out == "hello\n"


def test_a_group_keeps_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("group", "inner") == 0
    assert capsys.readouterr().out == "inside\n"


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("damaged", 2, "segue: song.mid: byte 0: not a MIDI file; export it again\n"),
        ("absent", 2, "segue: /nowhere/song.mid: no such file or directory\n"),
        (
            "full",
            2,
            "segue: out.mid: the disk is full; free some space and run the command again\n",
        ),
        ("interrupted", 130, "segue: interrupted\n"),
    ],
)
def test_what_the_user_can_mend_is_one_message_without_a_traceback(
    command: str, status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == status
    assert capsys.readouterr() == ("", message)


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        application(PLACES).main(args=["defective"], prog_name="segue")


def test_a_mistyped_command_is_answered_with_the_near_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("goood") == 2
    assert "Did you mean 'good'?" in capsys.readouterr().err


def test_a_command_imports_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    # The table holds a command whose module does not exist; only listing all would import it.
    assert run("good", "--help") == 0
    assert "Repeat a word" in capsys.readouterr().out


def test_help_lists_every_command_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    places = {name: place for name, place in PLACES.items() if name != "lost"}
    with pytest.raises(SystemExit):
        application(places).main(args=["--help"], prog_name="segue")
    shown = capsys.readouterr().out
    assert all(name in shown for name in places)
    assert "A group of commands." in shown


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    from segue import __version__

    assert run("--version") == 0
    assert capsys.readouterr().out == f"segue {__version__}\n"
