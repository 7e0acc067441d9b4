"""A corpus built by a Ray cluster: each task makes a part, and one more merges them.

Nothing travels but paths: every machine of the cluster must see the sources, and the folder in
which the corpus is made. A task whose machine is lost runs again on another, and goes on with the
shards that are there. What `build_corpus` promises holds here, too: the corpus is the same, byte
for byte, and a build that was stopped goes on when it is asked for again.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from segue.corpus.build import check_goal
from segue.corpus.manifest import Manifest
from segue.corpus.options import CorpusOptions
from segue.corpus.parts import build_part, merge_parts
from segue.corpus.progress import OnProgress, Progress, ignore_progress
from segue.corpus.share import Share
from segue.corpus.sources import find_sources
from segue.errors import InputError
from segue.files import make_folder

__all__ = ["build_on_ray"]

_PARTS_PER_CORE: Final = 4
"""Small enough that a machine lost costs little, and that no core waits long for the last."""
_RETRIES: Final = 10
_DEFAULT_OPTIONS = CorpusOptions()


def build_on_ray(
    sources: Sequence[str | Path],
    out: str | Path,
    address: str,
    options: CorpusOptions = _DEFAULT_OPTIONS,
    *,
    replace: bool = False,
    on_progress: OnProgress = ignore_progress,
) -> Manifest:
    """Build a corpus on a Ray cluster; the parts wait in `OUT.parts` until the corpus is whole.

    Args:
        sources: as `build_corpus`; every machine must see them under these paths.
        out: the folder to make; every machine must see the one that it is in.
        address: of the cluster, as `ray.init` takes it; "local" is one on this machine.
        options: as `build_corpus`.
        replace: as `build_corpus`.
        on_progress: called with the number of parts done.

    Raises:
        CorpusError: as `build_corpus`.
        InputError: there is no cluster at the address, or too many machines were lost.
    """
    import ray

    out = Path(out).absolute()
    check_goal(out, replace=replace)
    find_sources(sources)  # what is wrong with them is said before a cluster is asked for
    given = [
        str(Path(source).absolute()) if "://" not in str(source) else str(source)
        for source in sources
    ]
    started_here = not ray.is_initialized()
    try:
        if started_here:
            _connect(address)
        folder = make_folder(out.with_name(f"{out.name}.parts"))
        shares = _shares(folder, math.ceil(ray.cluster_resources().get("CPU", 1)))
        parts = _make_parts(given, folder, shares, options, on_progress)
        merge = ray.remote(max_retries=_RETRIES)(merge_parts)
        manifest: Manifest = ray.get(merge.remote(parts, out, replace=replace))
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None  # what the task raised, as if it had been raised here
    except (ConnectionError, RuntimeError, ray.exceptions.RayError) as error:
        raise _failure(address, error) from None
    finally:
        if started_here:
            ray.shutdown()
    shutil.rmtree(folder)
    return manifest


def _connect(address: str) -> None:
    """Find a cluster, or start one of this machine, which needs no dashboard."""
    import ray

    dashboard = {"include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **dashboard)
    except Exception as error:  # of no class of its own where a busy machine is slow to start it
        raise _failure(address, error) from error


def _failure(address: str, error: Exception) -> InputError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return InputError(
        f"Ray at {address}: {reason[:200]}; what is done is kept, give the same command again"
    )


def _shares(folder: Path, n_cores: int) -> list[Share]:
    """The shares to make: as many as an earlier attempt began with, or some for each core."""
    begun = (
        re.fullmatch(r"part-\d+-of-(\d+)(\.building)?", path.name) for path in folder.iterdir()
    )
    count = max((int(found[1]) for found in begun if found), default=n_cores * _PARTS_PER_CORE)
    return [Share(index, count) for index in range(1, count + 1)]


def _make_parts(
    sources: Sequence[str],
    folder: Path,
    shares: Sequence[Share],
    options: CorpusOptions,
    on_progress: OnProgress,
) -> list[Path]:
    import ray

    make = ray.remote(num_cpus=1, max_retries=_RETRIES)(build_part)
    parts = [folder / f"part-{share.index:05d}-of-{share.count:05d}" for share in shares]
    running: list[Any] = [
        make.remote(sources, part, share, options, workers=1)
        for part, share in zip(parts, shares, strict=True)
    ]
    total = len(running)
    on_progress(Progress("parts", 0, total))
    while running:
        done, running = ray.wait(running, num_returns=1)
        ray.get(done)
        on_progress(Progress("parts", total - len(running), total))
    return parts
