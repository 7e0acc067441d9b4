"""Workers make every shard, even if a file kills the process that parses it."""

from pathlib import Path

from segue.corpus import CorpusOptions
from segue.corpus.ledger import Provenance
from segue.corpus.shards import ShardTask, is_whole, make_shard, read_shard
from segue.corpus.sources import Member
from segue.corpus.workers import Workers
from tests.crashing_parser import KILLER, make_or_die
from tests.tunes import tune


def task(folder: Path, number: int, files: list[bytes]) -> ShardTask:
    provenance = Provenance(source="test")
    members = [(Member(f"{number}-{i}.mid", data), provenance) for i, data in enumerate(files)]
    return ShardTask(folder / f"{number}.npz", "test", members, CorpusOptions())


def test_a_file_that_kills_its_worker_is_rejected_and_nothing_else_is(tmp_path: Path) -> None:
    tasks = [
        task(tmp_path, 0, [tune(0), tune(1)]),
        task(tmp_path, 1, [tune(2), KILLER, tune(3)]),
        task(tmp_path, 2, [tune(4)]),
    ]
    done: list[int] = []
    with Workers(2, done.append, make_or_die) as workers:
        for one in tasks:
            workers.make(one)
        workers.finish()
    shards = [read_shard(one.path) for one in tasks]
    assert sum(done) == 6
    assert [len(shard.rows) for shard in shards] == [2, 2, 1]
    assert [row["path"] for shard in shards for row in shard.rejected] == ["1-1.mid"]
    assert shards[1].rejected[0]["reason"] == "it crashes the parser"


def test_one_worker_is_this_process(tmp_path: Path) -> None:
    done: list[int] = []
    with Workers(1, done.append, make_shard) as workers:
        workers.make(task(tmp_path, 0, [tune(0)]))
        workers.skip(5)
        workers.finish()
    assert done == [1, 5]
    assert is_whole(tmp_path / "0.npz")
