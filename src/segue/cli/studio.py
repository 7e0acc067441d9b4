"""`segue studio`: the studio in the browser."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import Model
from segue.cli.messages import say, warn

if TYPE_CHECKING:
    from segue.generation.composer import Composer
    from segue.server.studio import Studio

__all__ = ["studio"]


def studio(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.mid]", help="A piece to begin with.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes any free port.")
    ] = 8765,
    host: Annotated[
        str,
        typer.Option(
            help="An address of this machine that others can reach; visitors need a token."
        ),
    ] = "127.0.0.1",
    projects: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder of projects; by default in your user data."),
    ] = None,
    watch: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also write every accepted piece here, for a DAW."),
    ] = None,
    midi_port: Annotated[
        bool,
        typer.Option("--midi-port", help="Open the MIDI port 'Segue' now; needs python-rtmidi."),
    ] = False,
    browser: Annotated[bool, typer.Option(help="Whether to open the page.")] = True,
    model: Model = "band",
) -> None:
    """Open the studio in the browser: hear suggestions as they are written, keep and edit them."""
    from segue.server.problems import Problem
    from segue.server.projects import default_folder
    from segue.server.serve import serve
    from segue.server.studio import Settings

    logging.basicConfig(format="segue: %(message)s", level=logging.WARNING)
    midi = None if file is None else _read(file)

    def load() -> "Composer":
        from segue.generation.composer import load as load_composer

        return load_composer(model)

    def ready(address: str, begun: "Studio") -> None:
        if midi_port:
            try:
                begun.port.open()
            except Problem as problem:
                warn("the MIDI port", [problem.message])
        if midi is not None and file is not None:
            project = begun.projects.upload(midi, file.name).id
            address += ("&" if "?" in address else "?") + f"project={project}"
        say(f"The studio is at {address}")
        say("Ctrl-C ends it; everything accepted is kept.")
        if browser:
            _open(address, Path(folder))

    settings = Settings(
        projects=projects or default_folder(), model=Path(model).name, load=load, watch=watch
    )
    with TemporaryDirectory(prefix="segue-studio-") as folder:
        serve(settings, host=host, port=port, on_ready=ready)


def _read(file: Path) -> bytes:
    """The bytes of a MIDI file, which is read once before anything is opened."""
    from segue.midi import read_document

    read_document(file)
    return file.read_bytes()


def _open(address: str, folder: Path) -> None:
    """Open the page, without waiting for the browser.

    Every user of a machine can read command lines, so a browser is not given an address that holds
    a token: it is given a file that only this user can read, and that leads there.
    """
    import threading
    import webbrowser
    from html import escape

    if "token=" in address:
        page = folder / "studio.html"
        page.touch(mode=0o600)
        page.write_text(
            f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(address)}">'
            f'<a href="{escape(address)}">The studio</a>',
            encoding="utf-8",
        )
        address = page.as_uri()
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
