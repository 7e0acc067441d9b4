"""What the page asks first."""

from typing import Final

from fastapi import APIRouter, Request

from segue.generation.bounds import (
    AMOUNT,
    BARS,
    BPM,
    BRIDGE_BARS,
    LOOP_BARS,
    SECTION_BARS,
    TAKES,
    TEMPERATURE,
    Bounds,
)
from segue.generation.form import FORMS
from segue.generation.options import CHOICES
from segue.server.importing import MAX_PROJECT_BYTES
from segue.server.limits import MAX_BARS, MAX_NOTES, MAX_UPLOAD_BYTES
from segue.server.loopback import LOOPBACK_HOST, in_url, is_loopback
from segue.server.problems import declared
from segue.server.routes.parameters import Served
from segue.server.schemas.info import (
    AskedChoice,
    AskedNumber,
    Asking,
    Example,
    Info,
    Instrument,
    Limits,
    MidiPort,
    ModelInfo,
    NamedForm,
)
from segue.server.schemas.suggestions import MAX_TAKES
from segue.theory.gm import DRUMS, PROGRAM_NAMES, family_of
from segue.version import __version__

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["info"])

EXAMPLES: Final = [
    Example(name="band", title="A band", words="Drums, bass, guitar and piano, eight bars."),
    Example(name="quartet", title="A quartet", words="Four strings."),
    Example(name="chiptune", title="A chiptune", words="Square waves and noise."),
]
INSTRUMENTS: Final = [
    Instrument(program=program, name=name, family=family_of(program))
    for program, name in enumerate(PROGRAM_NAMES)
] + [Instrument(program=DRUMS, name="Drums", family="drums")]


def _number(bounds: Bounds[int] | Bounds[float], *, highest: float | None = None) -> AskedNumber:
    most = bounds.highest if highest is None else highest
    return AskedNumber(lowest=bounds.lowest, highest=most, default=bounds.default)


ASKING: Final = Asking(
    bars=_number(BARS),
    inserted_bars=_number(BRIDGE_BARS),
    takes=_number(TAKES, highest=MAX_TAKES),
    amount=_number(AMOUNT),
    bpm=_number(BPM),
    temperature=_number(TEMPERATURE),
    choices=[
        AskedChoice(name=name, title=choice.title, values=list(choice.values), words=choice.words)
        for name, choice in CHOICES.items()
    ],
    section_bars=_number(SECTION_BARS),
    loop_bars=_number(LOOP_BARS),
    forms=[NamedForm(name=name, form=form.form, words=form.words) for name, form in FORMS.items()],
)


@router.get("/info", responses=declared())
def get_info(studio: Served, request: Request) -> Info:
    """The studio itself: model, limits, instruments."""
    model = studio.model
    available, words = studio.port.status()
    is_secure = is_loopback(request.url.hostname) or request.url.scheme == "https"
    return Info(
        version=__version__,
        model=ModelInfo(
            name=model.name,
            parameters=model.parameters,
            ready=model.is_ready,
            problem=model.problem,
        ),
        limits=Limits(
            upload_bytes=MAX_UPLOAD_BYTES,
            project_bytes=MAX_PROJECT_BYTES,
            notes=MAX_NOTES,
            bars=MAX_BARS,
        ),
        asking=ASKING,
        examples=EXAMPLES,
        instruments=INSTRUMENTS,
        watch_folder=None if studio.watch is None else str(studio.watch.folder),
        midi_port=MidiPort(available=available, words=words),
        secure_hint=None if is_secure else _secure_hint(request),
    )


def _secure_hint(request: Request) -> str:
    """How to reach a studio on another machine as if it were on this one."""
    port = request.app.state.policy.port
    host = request.url.hostname or "HOST"
    # The studio may listen at this address only, so that is where the tunnel leads.
    end = in_url(host)
    return (
        "Browsers play and record only pages of this machine or over HTTPS. Open a tunnel, "
        f"`ssh -L {port}:{end}:{port} {host}`, and then the address that `segue studio` printed, "
        f"with {LOOPBACK_HOST} in place of {host}"
    )
