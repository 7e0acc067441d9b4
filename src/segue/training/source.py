"""The corpus of a run: one that exists, or one built from somebody's own MIDI files."""

from pathlib import Path
from typing import Final

from segue.corpus import CorpusStore, Progress, build_corpus
from segue.corpus.manifest import MANIFEST_NAME
from segue.corpus.progress import OnProgress
from segue.errors import InputError
from segue.files import make_folder
from segue.training.devices import is_one_of_several

__all__ = ["BUILT_CORPUS", "Progress", "open_or_build"]

BUILT_CORPUS: Final = "corpus"
"""The folder of a corpus that was built for a run, inside the run's."""


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
