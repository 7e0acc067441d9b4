"""Learning from a folder, in a process of its own that gives way to all else that goes on.

One model is learned at a time. The process tells how far it is in lines of JSON; when the studio
ends, so does the process. What it leaves of a model that was cancelled is removed.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from segue.extras import how_to_install, missing_modules
from segue.models.folder import REPORT_FOLDER, REPORT_PICTURE, new_personal_folder
from segue.server.problems import Problem
from segue.server.schemas.learning import Job, LearningState

__all__ = ["Learning"]

COMMAND: Final = (sys.executable, "-m", "segue.learning")
_FAREWELL_S: Final = 5.0
_LAST_WORDS: Final = 4000
_DEFECT: Final = "learning ended by a defect of Segue; the terminal of the studio says more"


def _is_there(source: Path) -> bool:
    try:
        return source.exists()
    except (OSError, ValueError):  # no file can have such a name
        return False


class Learning:
    """The model that is being learned, if any."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """`command`: what is started, with one argument that says what to learn."""
        self._command = command
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def state(self, *, takes_paths: bool) -> LearningState:
        """How it stands."""
        missing = missing_modules("train")
        words = (
            "learning needs packages that the studio does without; install them with: "
            f"{how_to_install('train')}, and start the studio again"
        )
        with self._lock:
            job = None if self._job is None else self._job.model_copy()
        return LearningState(
            available=not missing,
            words=words if missing else "",
            takes_paths=takes_paths,
            job=job,
        )

    def start_upload(self, archive: bytes, name: str, steps: int | None) -> None:
        """Learn from the bytes of a ZIP archive of MIDI files.

        Raises:
            Problem: as `start`.
        """
        folder = TemporaryDirectory(prefix="segue-learning-")
        path = Path(folder.name) / "music.zip"
        path.write_bytes(archive)
        try:
            self.start(path, name or "my music", steps, then=folder.cleanup)
        except BaseException:
            folder.cleanup()
            raise

    def start(
        self,
        source: Path,
        name: str,
        steps: int | None,
        *,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Learn from a folder or an archive; `then` is called when that has ended.

        Raises:
            Problem: 409, another model is being learned, packages are missing, or there is no such
                folder.
        """
        state = self.state(takes_paths=True)
        if not state.available:
            raise Problem(409, "missing_packages", state.words)
        if not _is_there(source):
            raise Problem(409, "no_folder", f"{source}: there is no such folder on this machine")
        with self._lock:
            if self._job is not None and self._job.state == "running":
                raise Problem(
                    409, "learning", f"{self._job.name} is being learned; wait, or cancel it"
                )
            out = new_personal_folder(name or source.resolve().stem)
            work = TemporaryDirectory(prefix="segue-learning-", ignore_cleanup_errors=True)
            told = {"source": str(source), "out": str(out), "steps": steps}
            self._process = subprocess.Popen(
                [*self._command, json.dumps(told)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={
                    **os.environ,
                    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
                    **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), work.name),
                },
                start_new_session=True,  # Ctrl-C is the studio's
                creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
            )
            self._job = Job(
                name=out.name,
                state="running",
                stage="starting",
                done=0,
                total=None,
                words="",
                report=[],
                model=None,
                has_picture=False,
            )
            self._thread = threading.Thread(
                target=self._follow,
                args=(self._job, self._process, out, (work.cleanup, then)),
                name="learning",
                daemon=True,
            )
            self._thread.start()

    def cancel(self) -> None:
        """End it, and remove what there is of the model; nothing happens if none is learned."""
        with self._lock:
            job, process, thread = self._job, self._process, self._thread
            if job is None or process is None or thread is None or job.state != "running":
                return
            job.state, job.words = "cancelled", "cancelled; nothing was kept"
        process.kill()  # it would keep its best so far; its temporary files are removed here
        thread.join(_FAREWELL_S)

    close = cancel

    def _follow(
        self,
        job: Job,
        process: "subprocess.Popen[str]",
        out: Path,
        last: Sequence[Callable[[], None]],
    ) -> None:
        """Read what the process tells until it ends."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                told: Any = None
                with suppress(ValueError):
                    told = json.loads(line)
                if isinstance(told, dict):
                    self._take(job, told, out)
        failed = process.wait() != 0
        if job.state != "done":
            shutil.rmtree(out, ignore_errors=True)
        for end in last:
            end()
        with self._lock:
            if job.state == "running":
                job.state = "failed"
                job.words = job.words if failed and job.stage == "failed" else _DEFECT

    def _take(self, job: Job, told: dict[str, Any], out: Path) -> None:
        with self._lock:
            if job.state != "running":
                return
            if "error" in told:
                job.stage, job.words = "failed", str(told["error"])[:_LAST_WORDS]
            elif "report" in told:
                job.report = [str(line) for line in told["report"]]
                job.model = out.name if told["is_better"] else None
                job.has_picture = (out / REPORT_FOLDER / REPORT_PICTURE).exists()
                job.state, job.words = "done", ""
            else:
                job.stage, job.done, job.total = told["stage"], told["done"], told["total"]
                job.words = str(told["words"])
