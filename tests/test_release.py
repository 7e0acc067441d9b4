"""What a release does can be done: every job, script, target, file and option that it names exists.

Neither GitHub's machines nor Docker are here; what their files call is looked up instead.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.cli import COMMANDS, application
from tests.test_docs import parse

yaml = pytest.importorskip("yaml", reason="no reader of YAML")

ROOT = Path(__file__).parent.parent
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    return found


def steps() -> Iterator[dict[str, Any]]:
    for job in jobs().values():
        yield from job["steps"]


def commands() -> Iterator[list[str]]:
    """The words of each line that a job's shell runs."""
    for step in steps():
        for line in step.get("run", "").replace("\\\n", " ").splitlines():
            yield shlex.split(line)


def container() -> list[tuple[str, str]]:
    """The instructions of the Containerfile, without comments."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def test_a_job_waits_for_jobs_that_exist() -> None:
    needed = {job["needs"] for job in jobs().values() if "needs" in job}
    assert needed
    assert needed <= set(jobs())


def test_every_action_has_a_version() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    assert len(used) >= 5
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[\w/.]+", action)] == []


def test_nothing_is_published_that_was_not_tried() -> None:
    publishing = {"publish", "container"}
    assert publishing <= set(jobs())
    assert {jobs()[name]["needs"] for name in publishing} == {"try"}
    assert jobs()["try"]["needs"] == "build"


def test_what_the_workflow_runs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    seen = set()
    for words in commands():
        program, *rest = words
        seen.add(program)
        if program == "make":
            assert set(rest) <= targets, words
        elif program == "python" and rest[0] != "-m" and rest[0] != "-c":
            assert (ROOT / rest[0]).is_file(), words
        elif program == "segue" and rest != ["--version"]:
            parse(application(COMMANDS), "segue", rest)
    assert {"make", "python", "segue"} <= seen


def test_the_tag_is_compared_with_the_version_s_file() -> None:
    from segue import __version__

    (named,) = re.findall(r'open\("([^"]+)"\)', WORKFLOW.read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    exec((ROOT / named).read_text(encoding="utf-8"), found)
    assert found["__version__"] == __version__


def test_what_the_container_copies_is_there_or_is_built() -> None:
    copied = [rest.split()[:-1] for word, rest in container() if word == "COPY"]
    names = [name for group in copied for name in group]
    assert "dist/*.whl" in names  # `make wheel` makes it
    assert [name for name in names if "*" not in name and not (ROOT / name).is_file()] == []


def test_the_container_runs_a_command_that_exists_on_the_port_that_it_exposes() -> None:
    said = dict(container())
    (program,), words = yaml.safe_load(said["ENTRYPOINT"]), yaml.safe_load(said["CMD"])
    assert program == "segue"
    parse(application(COMMANDS), "segue", words)
    assert words[words.index("--projects") + 1] == said["VOLUME"]
    port = re.search(r"Where to listen.*?default: (\d+)", _page_of("studio"), re.DOTALL)
    assert port is not None
    assert port[1] == said["EXPOSE"]


def _page_of(command: str) -> str:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    return text.partition(f"## segue {command}\n")[2].partition("\n## ")[0]
