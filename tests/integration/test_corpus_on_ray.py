"""A Ray cluster builds what one machine builds, even when it loses a machine in the middle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.corpus import Progress, build_corpus, share
from segue.corpus.on_ray import build_on_ray
from segue.errors import CorpusError, InputError
from tests.tunes import Version, tune, write_folder

pytest.importorskip("ray", reason='Ray is not installed: pip install "segue-music[ray]"')


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head that computes nothing, and two workers of one core."""
    import ray
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_builds_the_same_corpus(cluster: Any, tmp_path: Path) -> None:
    files = {f"{seed}.mid": tune(seed) for seed in range(2 * share.FILES_PER_SLICE)}
    files["again.mid"] = tune(3, Version(transpose=4))
    songs = write_folder(tmp_path / "songs", files)
    build_corpus([songs], tmp_path / "whole", workers=1)
    doomed = [cluster.add_node(num_cpus=1)]
    cluster.wait_for_nodes()
    seen: list[Progress] = []

    def lose_one(progress: Progress) -> None:
        seen.append(progress)
        if progress.done and doomed:
            cluster.remove_node(doomed.pop(), allow_graceful=False)

    build_on_ray([songs], tmp_path / "out", cluster.address, on_progress=lose_one)
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    assert manifest == (tmp_path / "whole" / "manifest.json").read_bytes()
    assert not doomed
    assert seen[-1] == Progress("parts", 8, 8)
    assert {path.name for path in tmp_path.iterdir()} == {"songs", "whole", "out"}


@pytest.mark.filterwarnings("ignore")
def test_what_a_task_finds_wrong_is_told_as_on_one_machine(cluster: Any, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "songs", {"a.mid": b"no music"})
    with pytest.raises(CorpusError, match="none of 1 files can be used"):
        build_on_ray([folder], tmp_path / "out", cluster.address)


@pytest.mark.filterwarnings("ignore")
def test_sources_are_looked_at_before_a_cluster_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises((CorpusError, InputError), match="no such file or folder"):
        build_on_ray([tmp_path / "nowhere"], tmp_path / "out", "10.255.255.1:1")
