"""Parts of several machines are one corpus: what one machine would build, byte for byte."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, build_corpus, share
from segue.corpus.parts import build_part, merge_parts
from segue.corpus.share import Share
from segue.errors import CorpusError, InputError
from tests.tunes import Version, tune, write_folder, write_tar


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two folders and a tar with duplicates of both kinds, across slices of two files."""
    monkeypatch.setattr(share, "FILES_PER_SLICE", 2)
    loose = {f"{seed}.mid": tune(seed) for seed in range(7)}
    loose["again/1.mid"] = tune(1, Version(title="saved again"))
    more = {f"{seed}.mid": tune(seed, Version(transpose=2)) for seed in range(5, 12)}
    packed = {**{f"{seed}.mid": tune(seed) for seed in (3, 20, 21)}, "bad.mid": b"no music"}
    folders = [write_folder(tmp_path / "loose", loose), write_folder(tmp_path / "more", more)]
    tar = write_tar(tmp_path / "packed.tar", packed)
    lines = [json.dumps({"path": path, "tier": "open", "licence": "CC0"}) for path in packed]
    (tmp_path / "packed.ledger.jsonl").write_text("\n".join(lines))
    return [*folders, tar]


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def parts_of(sources: list[Path], folder: Path, count: int) -> list[Path]:
    made = []
    for index in range(1, count + 1):
        made.append(folder / f"part-{index}-of-{count}")
        build_part(sources, made[-1], Share(index, count), workers=1)
    return made


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_merged_parts_are_the_corpus_of_one_machine(
    sources: list[Path], tmp_path: Path, count: int
) -> None:
    whole = build_corpus(sources, tmp_path / "whole", workers=1)
    parts = parts_of(sources, tmp_path, count)
    merged = merge_parts(parts[::-1], tmp_path / "merged")
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    assert merged == whole
    assert (whole.n_songs, whole.n_clusters, whole.n_rejected) == (16, 14, 3)


def test_sources_may_lie_elsewhere_on_each_machine(sources: list[Path], tmp_path: Path) -> None:
    other = shutil.copytree(tmp_path / "loose", tmp_path / "mounted" / "loose")
    first = build_part([sources[0]], tmp_path / "1", Share(1, 2), workers=1)
    second = build_part([other], tmp_path / "2", Share(2, 2), workers=1)
    build_corpus([sources[0]], tmp_path / "whole", workers=1)
    merge_parts([first.folder, second.folder], tmp_path / "merged")
    assert content(tmp_path / "merged") == content(tmp_path / "whole")


def test_a_part_that_is_there_is_kept_and_another_is_not_replaced(
    sources: list[Path], tmp_path: Path
) -> None:
    part = build_part(sources, tmp_path / "part", Share(1, 2), workers=1)
    before = content(part.folder)
    assert build_part(sources, tmp_path / "part", Share(1, 2), workers=1) == part
    with pytest.raises(CorpusError, match="a part of other sources, options or shares"):
        build_part(sources, tmp_path / "part", Share(2, 2), workers=1)
    assert content(part.folder) == before
    with pytest.raises(CorpusError, match="exists and is not a part"):
        build_part(sources, tmp_path / "loose", Share(1, 2), workers=1)


def cut(parts: list[Path]) -> list[Path]:
    shard = next(parts[0].rglob("*.npz"))
    shard.write_bytes(shard.read_bytes()[:100])
    return parts


def forget(parts: list[Path]) -> list[Path]:
    (parts[0] / "part.json").write_text("{")
    return parts


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda parts: parts[:1], "of 2 parts these are missing: 2"),
        (lambda parts: [*parts, parts[0]], r"are both part 1"),
        (lambda parts: [*parts, parts[0].parent / "loose"], "no part of a corpus"),
        (cut, "missing or damaged; build its part again"),
        (forget, "damaged .*; build the part again"),
    ],
)
def test_what_does_not_make_a_whole_is_refused(
    sources: list[Path],
    tmp_path: Path,
    spoil: Callable[[list[Path]], list[Path]],
    message: str,
) -> None:
    parts = spoil(parts_of(sources, tmp_path, 2))
    with pytest.raises(CorpusError, match=message):
        merge_parts(parts, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_parts_of_other_files_options_or_numbers_do_not_belong_together(
    sources: list[Path], tmp_path: Path
) -> None:
    first = build_part(sources, tmp_path / "1", Share(1, 2), workers=1).folder
    strict = CorpusOptions(min_notes=100)
    others = [
        build_part(sources, tmp_path / "a", Share(2, 3), workers=1),
        build_part(sources, tmp_path / "b", Share(2, 2), strict, workers=1),
    ]
    write_folder(sources[0], {"new.mid": tune(50)})
    others.append(build_part(sources, tmp_path / "c", Share(2, 2), workers=1))
    messages = ["one of 3 parts", "with different options", "saw different files in loose"]
    for other, message in zip(others, messages, strict=True):
        with pytest.raises(CorpusError, match=message):
            merge_parts([first, other.folder], tmp_path / "merged")


@pytest.mark.parametrize("text", ["0/2", "3/2", "2", "a/b", "1/0", "-1/2"])
def test_a_share_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="shard"):
        Share.parse(text)
