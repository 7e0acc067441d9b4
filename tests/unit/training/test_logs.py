"""Logs are taken up where a run was saved, without a row too many or too few."""

from pathlib import Path

import pytest

from segue.training.logs import RunLog


def write(folder: Path, *, after: int, steps: list[int]) -> None:
    log = RunLog(folder, step=after)
    for step in steps:
        log.write("steps", step, {"loss": step / 3, "beta": 0.1})
    log.close()


def test_rows_are_values_by_step(tmp_path: Path) -> None:
    write(tmp_path, after=0, steps=[1, 2])

    assert (tmp_path / "steps.csv").read_text() == (
        "step,loss,beta\n1,0.3333333,0.1\n2,0.6666667,0.1\n"
    )
    assert not (tmp_path / "validation.csv").exists()
    assert list((tmp_path / "tensorboard").iterdir())


def test_rows_after_the_checkpoint_are_written_anew(tmp_path: Path) -> None:
    write(tmp_path, after=0, steps=[1, 2, 3])
    write(tmp_path, after=2, steps=[3, 4])
    write(tmp_path / "straight", after=0, steps=[1, 2, 3, 4])

    expected = (tmp_path / "straight" / "steps.csv").read_text()
    assert (tmp_path / "steps.csv").read_text() == expected


def test_a_row_that_a_kill_has_torn_is_dropped(tmp_path: Path) -> None:
    write(tmp_path, after=0, steps=[1, 20])
    path = tmp_path / "steps.csv"
    path.write_text(path.read_text()[:-12])
    write(tmp_path, after=20, steps=[21])

    assert [line.split(",")[0] for line in path.read_text().splitlines()] == ["step", "1", "21"]


def test_columns_of_another_version_keep_to_the_table_s(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("step,loss,old\n1,0.5,7\n")
    write(tmp_path, after=1, steps=[2])

    assert (tmp_path / "steps.csv").read_text().splitlines()[-1] == "2,0.6666667,"


def test_a_file_that_is_no_table_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("")
    write(tmp_path, after=0, steps=[1])

    assert (tmp_path / "steps.csv").read_text().startswith("step,loss,beta\n1,")


def test_after_closing_the_tables_alone_go_on(tmp_path: Path) -> None:
    log = RunLog(tmp_path, step=0)
    log.close()
    log.close()
    log.write("validation", 5, {"nll": 3.0})

    assert (tmp_path / "validation.csv").read_text() == "step,nll\n5,3\n"


@pytest.mark.parametrize(
    "damaged",
    [
        b"step,loss,beta\n1,0.5,0.1\n2,0.4\nx,0.3,0.1\n\n,,\nnan,1,1\n3,1,1,1\n4,a,0.1\n",
        b"step,loss,beta\n1,0.5,0.1\n\0\0\0\0\n",
        b"step,loss,beta\n1,0.5,0.1\n2," + b"9" * 5000 + b"x,1\n",
    ],
)
def test_damaged_rows_are_dropped_and_the_others_kept(damaged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "steps.csv"
    path.write_bytes(damaged)
    write(tmp_path, after=9, steps=[10])
    assert path.read_text() == "step,loss,beta\n1,0.5,0.1\n10,3.333333,0.1\n"


@pytest.mark.parametrize(
    "damaged",
    [b"\xff\xfe\0", b"no table\nat all\n", b"\n\n1,2\n", b"step,step\n1,1\n", b"\0" * 4096],
)
def test_what_is_no_table_is_set_aside_and_the_run_goes_on(damaged: bytes, tmp_path: Path) -> None:
    for name in ("steps.csv", "validation.csv"):
        (tmp_path / name).write_bytes(damaged)
    (tmp_path / "steps.csv.damaged").write_bytes(b"older")
    write(tmp_path, after=9, steps=[10])
    assert (tmp_path / "steps.csv").read_text() == "step,loss,beta\n10,3.333333,0.1\n"
    assert (tmp_path / "steps.csv.damaged").read_bytes() == b"older"
    assert (tmp_path / "steps.csv.damaged-2").read_bytes() == damaged
    assert (tmp_path / "validation.csv.damaged").read_bytes() == damaged


def test_a_row_of_another_version_s_columns_is_kept_when_resumed(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("step,loss,old\n1,0.5,7\n")
    write(tmp_path, after=1, steps=[2])
    write(tmp_path, after=2, steps=[3])
    assert (tmp_path / "steps.csv").read_text().splitlines()[-2:] == ["2,0.6666667,", "3,1,"]
