"""From a folder of MIDI files to a personal model, with its report: all of `segue.learning`."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from segue.config import to_mapping
from segue.corpus import Progress
from segue.errors import InputError
from segue.files import make_folder
from segue.generation.composer import DEFAULT_MODEL, load
from segue.generation.critic import FILE_NAME as CRITIC_NAME
from segue.learning.heard import Heard, fingerprint_of, hear
from segue.learning.learn import Learned, Learning, learn
from segue.learning.report import REPORT_FOLDER, Report, write_report
from segue.learning.songs import Songs, read_songs
from segue.models.decoder import Decoder
from segue.models.decoder_folder import load_decoder, save_decoder
from segue.models.folder import (
    CARD_NAME,
    CELLS_KEY,
    CELLS_NAME,
    model_folder,
    read_card,
)
from segue.novelty import Fingerprint
from segue.novelty.known import FILE_NAME, known_music_of
from segue.training.packing import about_pack

__all__ = ["OnStage", "Stage", "Teaching", "learn_folder"]


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """What is learned from, what is begun with, and where the model goes."""

    source: Path
    """A folder or an archive of MIDI files."""
    out: Path
    """The model's folder, which is made; its name is the model's."""
    base: str = DEFAULT_MODEL
    """A model by its name or its folder."""
    settings: Learning = field(default_factory=Learning)


@dataclass(frozen=True)
class Stage:
    """How far it is."""

    name: str
    """"reading", "learning" or "listening"."""
    done: int
    total: int | None
    """None while it is not known."""
    words: str = ""


OnStage = Callable[[Stage], None]


def learn_folder(teaching: Teaching, *, on_stage: OnStage = lambda _: None) -> Report:
    """Make a personal model; its folder has a `report/`, also where nothing was gained.

    Raises:
        CheckpointError: there is no such model to begin with.
        CorpusError: there is no music, or too little to hold any of it out.
        InputError: the folder is there already, or cannot be written.
    """
    base, out = model_folder(teaching.base), teaching.out
    if (out / CARD_NAME).exists():
        raise InputError(f"{out}: there is a model already; give another name")
    model = load_decoder(base)
    make_folder(out)
    with TemporaryDirectory(prefix="segue-learning-") as folder:
        work = Path(folder)
        songs = read_songs(teaching.source, work, on_progress=_reading(on_stage))
        learned = learn(
            model,
            songs,
            teaching.settings,
            work / "run",
            on_step=lambda done, total, nats: on_stage(
                Stage("learning", done, total, f"{nats:.3f} nats an event at best")
            ),
        )
        heard = None
        if learned.weights is not None:
            known = fingerprint_of(songs.store, songs.learned)
            _write_model(teaching, base, model, songs, learned, known)
            heard = _hear(teaching, songs, known, on_stage)
        report = Report(
            name=out.name,
            base=teaching.base,
            n_songs=len(songs.learned) + len(songs.held_out),
            n_held_out=len(songs.held_out),
            n_tunes=songs.n_tunes,
            n_notes=int(songs.store.n_notes[songs.learned].sum()),
            learned=learned,
            heard=heard,
        )
        write_report(report, out / REPORT_FOLDER)
    return report


def _reading(on_stage: OnStage) -> Callable[[Progress], None]:
    return lambda progress: on_stage(Stage("reading", progress.done, progress.total))


def _write_model(
    teaching: Teaching,
    base: Path,
    model: Decoder,
    songs: Songs,
    learned: Learned,
    known: Fingerprint,
) -> None:
    """Write what a model's folder has; the card last, which makes it one."""
    assert learned.weights is not None
    out = teaching.out
    for name in (CRITIC_NAME, CELLS_NAME):
        if (base / name).exists():
            shutil.copyfile(base / name, out / name)
    music = known_music_of(base)
    if music is not None:
        music.with_songs(known, songs.store.manifest.content_sha256).write(out / FILE_NAME)
    model.load_state_dict(learned.weights)
    save_decoder(model, out, _card(teaching, base, songs, learned), dtype=torch.bfloat16)


def _card(teaching: Teaching, base: Path, songs: Songs, learned: Learned) -> dict[str, Any]:
    before = read_card(base)
    n_songs, settings = len(songs.learned), teaching.settings
    return {
        "name": teaching.out.name,
        "what": f"Segue's model {teaching.base}, made familiar with {n_songs} songs.",
        "begun": f"Training began from the weights of {teaching.base}.",
        **{key: before[key] for key in ("data", "limits", CELLS_KEY) if key in before},
        "training": {**to_mapping(settings), "data": {"events": learned.window}},
        "trained_steps": learned.best.step,
        "trained_events": learned.events,
        "corpus": about_pack(songs.learned_pack),
        "nats_before": learned.before,
        "nats_after": learned.best.nats,
    }


def _hear(teaching: Teaching, songs: Songs, known: Fingerprint, on_stage: OnStage) -> Heard | None:
    pieces = (songs.store.score(song) for song in songs.held_out.tolist())
    heard = hear(
        load(teaching.base),
        load(str(teaching.out)),
        pieces,
        known,
        seed=teaching.settings.seed,
        on_take=lambda done, total: on_stage(Stage("listening", done, total)),
    )
    return heard if heard.prompts else None
