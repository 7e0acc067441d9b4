"""A loaded model and what a musician can ask of it; `segue.load` gives one.

Every method returns takes that are functions of (prompt, options, seed, model) and of their own
number. Which of them are returned, and their ranks, depends on all that are drawn (`drawn`).
`Asking` (`segue.generation.asking`) has the keyword arguments that all of them have in common.
Every method builds the request of its name (`segue.generation.request` and `replacing`), and
`write` does what a request asks.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Unpack

from segue.errors import InputError
from segue.generation.arrange import DEFAULT_FORM, Arrange
from segue.generation.arranging import arranged
from segue.generation.asking import Asking, parted, tuple_of
from segue.generation.bounds import AMOUNT, BARS, BPM, BRIDGE_BARS
from segue.generation.cast import instruments_of
from segue.generation.critic import Critic, critic_of
from segue.generation.following import Following
from segue.generation.network import Network
from segue.generation.perform import perform
from segue.generation.piece import Piece, Prompt
from segue.generation.placing import place
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Bridge, Compose, Continue, Insert, Placed, Request
from segue.generation.stopped import Stopping
from segue.generation.take import Take, best
from segue.generation.task import task_of
from segue.generation.window import Region
from segue.hub import is_address
from segue.novelty.known import known_music_of
from segue.score import Score
from segue.units import DEFAULT_METRE
from segue.version import __version__

DEFAULT_MODEL: Final = "band"


def load(model: str = DEFAULT_MODEL, *, threads: int | None = None) -> "Composer":
    """A model by the name of a shipped one, the folder that training wrote, or `hf://USER/NAME`.

    `threads`: that write takes side by side, by default one: a second gains little and costs
    others' time. Takes are the same with any number of them.

    Raises:
        CheckpointError: there is no such model, or it is damaged or of another version.
        InputError: it cannot be fetched from the hub.
    """
    from segue.generation.onnx_network import load_network
    from segue.models.folder import WEIGHTS_NAME, model_folder

    folder = model_folder(model)
    with ThreadPoolExecutor(1) as meanwhile:
        beside = meanwhile.map(lambda read: read(folder), (known_music_of, critic_of))
        network = load_network(folder, threads=threads)
        digest = hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest()
    list(beside)  # what is damaged is said now, not after the takes
    name = f"{Path(model).name if is_address(model) else Path(model).resolve().name}@{digest[:12]}"
    return Composer(network, name=name, folder=folder)


class Composer(Stopping):
    """What can be asked of a model."""

    def __init__(
        self,
        network: Network,
        *,
        name: str,
        context: int | None = None,
        folder: Path | None = None,
    ) -> None:
        """A composer from a model in memory.

        Args:
            network: the model.
            name: what provenance calls it.
            context: the most events that the model is shown; by default what it is made for.
            folder: where it is from, for the novelty report of takes.
        """
        self.network, self.name = network, name
        self.context = context or network.context
        self.folder = folder

    @property
    def n_parameters(self) -> int:
        """How many numbers the model has learned."""
        return self.network.n_parameters

    def continue_(
        self,
        prompt: Prompt,
        *,
        bars: int = BARS.default,
        first: int | None = None,
        like: Prompt | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes of exactly `bars` new bars after the last bar in which the prompt begins a note.

        A prompt without notes gives its metre and tempo, and the new bars begin at once. With
        `first`, a bar counted from 0, the prompt is cut off there and goes on from that bar. The
        new bars are like the first ones of `like` in all but key, instruments and registers.

        Raises:
            InputError: a file that cannot be read, a wish out of range, or a piece in other bars.
        """
        wishes, following = parted(asking)
        other = None if like is None else Piece.of(like)
        request = Continue(bars=bars, first=first, like=other, **wishes)
        return self.write(request, prompt, following=following)

    def insert(
        self,
        prompt: Prompt,
        *,
        first: int,
        bars: int = BRIDGE_BARS.default,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes with `bars` new bars before bar `first`, counted from 0; what follows moves on.

        Raises:
            InputError: as `continue_`, or a bar that has no music before or after it.
        """
        wishes, following = parted(asking)
        return self.write(Insert(first=first, bars=bars, **wishes), prompt, following=following)

    def infill(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes with the bars [first, last), counted from 0, replaced in all or some tracks.

        Raises:
            InputError: as `continue_`, or bars or tracks that the piece does not have.
        """
        wishes, following = parted(asking)
        request = Infill(first=first, last=last, tracks=tuple_of(tracks), **wishes)
        return self.write(request, prompt, following=following)

    def vary(
        self,
        prompt: Prompt,
        *,
        amount: float = AMOUNT.default,
        first: int = 0,
        last: int | None = None,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes in which about `amount` of the region, at least one bar of one part, is new.

        Raises:
            InputError: as `infill`, or an amount out of range.
        """
        wishes, following = parted(asking)
        request = Vary(amount=amount, first=first, last=last, tracks=tuple_of(tracks), **wishes)
        return self.write(request, prompt, following=following)

    def morph(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: Sequence[int] | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes in which the bars [first, last) lead from the bar before into the bar after them.

        Raises:
            InputError: as `infill`, no bar before or after, a silent one, or a model that reads no
                latents.
        """
        wishes, following = parted(asking)
        request = Morph(first=first, last=last, tracks=tuple_of(tracks), **wishes)
        return self.write(request, prompt, following=following)

    def accompany(
        self,
        prompt: Prompt,
        *,
        add: Sequence[int | str],
        first: int = 0,
        last: int | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes with new tracks over the bars [first, last): all else stays as it is.

        Args:
            prompt: the piece.
            add: what they play, a track each: programs (128 is the drums) or names such as "bass".
            first: the first bar, counted from 0.
            last: the bar after the last; None: to the end.
            asking: see `Asking`.

        Raises:
            InputError: as `infill`, or an instrument that there is not.
        """
        wishes, following = parted(asking)
        request = Accompany(add=tuple(add), first=first, last=last, **wishes)
        return self.write(request, prompt, following=following)

    def compose(
        self,
        *,
        bars: int = BARS.default,
        bpm: float = BPM.default,
        metre: tuple[int, int] = DEFAULT_METRE,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes from nothing but a tempo and a metre, and instruments where options name them.

        Raises:
            InputError: a wish out of range.
        """
        wishes, following = parted(asking)
        return self.write(Compose(bars=bars, bpm=bpm, metre=metre, **wishes), following=following)

    def bridge(
        self,
        start: Prompt,
        end: Prompt,
        *,
        bars: int = BRIDGE_BARS.default,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Takes of both pieces with `bars` new bars that lead from the one to the other.

        Raises:
            InputError: as `continue_`, or a piece without notes.
        """
        wishes, following = parted(asking)
        return self.write(Bridge(bars=bars, **wishes), start, end, following=following)

    def arrange(
        self,
        prompt: Prompt,
        *,
        form: str = DEFAULT_FORM,
        bars: int | None = None,
        by_bar: str | None = None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        """Songs made of a loop: its bars, untouched, and then the other sections of a form.

        Args:
            prompt: the loop, of up to 32 bars.
            form: a name of `segue.generation.form.FORMS`, or sections such as "A A' B A''".
            bars: of each section; None: the loop's, or as often the loop's as reach eight bars.
            by_bar: chords of the bars after the loop, each in its own bar; see `Arrange`.
            asking: see `Asking`.

        Raises:
            InputError: as `continue_`, or a form that cannot be read.
        """
        wishes, following = parted(asking)
        request = Arrange(form=form, bars=bars, by_bar=by_bar, **wishes)
        return self.write(request, prompt, following=following)

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        """The takes that a request asks for: of one prompt, of none (`Compose`) or two (`Bridge`).

        Raises:
            InputError: a file that cannot be read, or bars or tracks that it does not have.
        """
        following = following or Following()
        placed = place(request, [Piece.of(prompt) for prompt in prompts])
        if isinstance(request, Arrange):
            songs = self._songs(request, placed, following)
        else:
            songs = self._takes(request, placed, following)
        takes = []
        for take in songs:
            takes.append(take)
            following.on_take(take)
        return best(takes, request.shown)

    def _takes(self, request: Request, placed: Placed, following: Following) -> Iterator[Take]:
        """What a model writes in one go."""
        task = task_of(request, placed, by_latents=self.network.latents_of is not None)
        critic = self._critic(request)
        for result in perform(self.network, task, request, following, context=self.context):
            provenance = self._provenance(request, task.score, task.region, result.number)
            repeats = task.repeats(result.number)
            yield Take(
                number=result.number,
                score=result.score,
                region=task.region,
                log_probability=result.log_probability,
                rank=result.number,
                provenance=provenance | ({} if repeats is None else {"repeats": repeats}),
                document=task.piece.document,
                own=(task.piece.score,),
                model_folder=self.folder,
                is_expressive=request.options.expression,
                likeness=None if critic is None else critic.judge(result.score, task.region),
            )

    def _songs(self, request: Arrange, placed: Placed, following: Following) -> Iterator[Take]:
        """What is written section by section."""
        quietly = Following(cancelled=following.cancelled)

        def write(step: Request, where: Placed) -> list[Take]:
            return list(self._takes(step, where, quietly))

        for song in arranged(write, request, placed, following):
            provenance = self._provenance(request, placed.score, placed.region, song.number)
            yield Take(
                number=song.number,
                score=song.score,
                region=placed.region,
                log_probability=song.log_probability,
                rank=song.number,
                provenance=provenance,
                document=placed.piece.document,
                own=(placed.piece.score,),
                model_folder=self.folder,
                is_expressive=request.options.expression,
                sections=song.marks,
            )

    def push_to_hub(
        self, repository: str, *, licence: str | None = None, private: bool = False
    ) -> str:
        """Put the model into a repository of the Hugging Face hub; returns where people find it.

        Args:
            repository: "USER/NAME"; it is made if there is none.
            licence: its name on the hub, such as "cc-by-4.0"; refused unless the model's card says
                that all its training songs have an open licence.
            private: whether a repository that is made is for those only who may see it.

        Raises:
            InputError: the licence may not be given, nobody is logged in, or the hub refuses.
        """
        from segue.hub import Address
        from segue.models.hub import push_model

        if self.folder is None:
            raise InputError("a model in memory has no folder to push; load it from one")
        return push_model(self.folder, Address.parse(repository), licence=licence, private=private)

    def _critic(self, request: Request) -> Critic | None:
        """Who judges the takes of a request: only continuations were learned."""
        if self.folder is None or not isinstance(request, Continue):
            return None
        return critic_of(self.folder)

    def _provenance(
        self, request: Request, score: Score, region: Region, take: int
    ) -> dict[str, Any]:
        """Version, model, task and wishes, bars and tracks counted from 1 as musicians do."""
        options = {k: v for k, v in vars(request.options).items() if v is not None}
        programs = request.options.programs(instruments_of(score, region, request.options))
        named = {} if programs is None else {"instruments": programs}
        tracks = {} if region.tracks is None else {"tracks": [t + 1 for t in region.tracks]}
        return {
            "version": __version__,
            "model": self.name,
            "task": request.task,
            "bars": [region.first + 1, region.last],
            **tracks,
            **request.details,
            "seed": request.seed,
            "take": take,
            "options": options | named,
        }
