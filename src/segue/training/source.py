"""The training set of a run: packed already, or packed now, from a corpus or from MIDI files."""

from pathlib import Path
from typing import Final

from segue.corpus import CorpusStore, Progress, build_corpus
from segue.corpus.manifest import MANIFEST_NAME
from segue.corpus.progress import OnProgress
from segue.errors import CorpusError, InputError
from segue.files import make_folder
from segue.training.devices import is_one_of_several
from segue.training.packing import Pack, open_packs, pack_corpus

__all__ = ["BUILT_CORPUS", "PACKED", "Progress", "open_or_build", "open_or_pack"]

BUILT_CORPUS: Final = "corpus"
"""The folder of a corpus that was built for a run, inside the run's."""
PACKED: Final = "pack"
"""The folder of a training set that was packed for a run, inside the run's."""


def open_or_pack(path: Path, run: Path, *, on_progress: OnProgress) -> dict[str, Pack]:
    """Open a packed training set; pack one inside the run's folder of anything else with music.

    What the run has packed before is taken again, as long as it is of the corpus that is given.

    Args:
        path: what `segue corpus pack` wrote, a corpus, or a folder or archive of MIDI files.
        run: the run's folder.
        on_progress: called as the work goes on.

    Raises:
        CorpusError: there is no music at `path`, or it is damaged, or no song is long enough.
        InputError: the run's folder cannot be written, or several processes would have to pack.
    """
    given = open_packs(path)
    if given is not None:
        return given
    store = open_or_build(path, run, on_progress=on_progress)
    packs = _packed_before(run / PACKED, store)
    if packs is not None:
        return packs
    if is_one_of_several():
        raise InputError(
            f"{path}: not packed, and several processes cannot pack it; run "
            f"`segue corpus pack {path} --out PACK` first, and give --corpus PACK"
        )
    return pack_corpus(store, make_folder(run) / PACKED, on_progress=on_progress)


def _packed_before(folder: Path, store: CorpusStore) -> dict[str, Pack] | None:
    try:
        packs = open_packs(folder)
    except CorpusError:  # a kill may have left half of it
        return None
    content = store.manifest.content_sha256
    if packs is None or any(p.card.get("content_sha256") != content for p in packs.values()):
        return None
    return packs


def open_or_build(path: Path, run: Path, *, on_progress: OnProgress) -> CorpusStore:
    """Open a corpus; of a folder or an archive of MIDI files, build one inside the run's folder.

    A corpus that the run has built before is taken again, whatever has become of the files.

    Raises:
        CorpusError: there is no music at `path`, or the corpus is damaged.
        InputError: the run's folder cannot be written, or several processes would have to build.
    """
    built = run / BUILT_CORPUS
    if (path / MANIFEST_NAME).exists():
        return CorpusStore.open(path)
    if not (built / MANIFEST_NAME).exists():
        if is_one_of_several():
            raise InputError(
                f"{path}: no corpus, and several processes cannot build one; run "
                f"`segue corpus build {path} --out CORPUS` first, and give it"
            )
        make_folder(run)
        build_corpus([path], built, on_progress=on_progress)
    return CorpusStore.open(built)
