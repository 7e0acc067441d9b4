"""`segue demo`: the main job on the prompts that Segue brings along."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segue.cli.asking import Bars, Job, Model, Seed, Takes, try_folder
from segue.cli.keeping import Force, put
from segue.cli.messages import say
from segue.generation.bounds import BARS, SEED, TAKES

if TYPE_CHECKING:
    from segue.generation import Take
    from segue.generation.following import OnBar

__all__ = ["demo"]


def demo(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="EXAMPLES", help="band, quartet, chiptune; by default all."),
    ] = None,
    bars: Bars = BARS.default,
    takes: Takes = TAKES.default,
    seed: Seed = SEED.default,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into.")
    ] = Path("demo-output"),
    model: Model = "band",
    force: Force = False,
) -> None:
    """Continue the example prompts: takes as MIDI files, and a picture of them."""
    from segue.examples import NAMES, example_path
    from segue.generation.composer import load
    from segue.generation.following import Following
    from segue.generation.request import Continue

    request = Continue(bars=bars, takes=takes, seed=seed)
    paths = {name: example_path(name) for name in names or NAMES}
    try_folder(out)
    composer = load(model)
    for name, path in paths.items():
        folder = out / name
        say(f"{name}: {bars} new bars in {takes} takes")
        try_folder(folder)
        put(folder / "prompt.mid", path.read_bytes(), force=force)

        def make(on_bar: "OnBar", path: Path = path) -> "list[Take]":
            return composer.write(request, path, following=Following(on_bar=on_bar))

        job = Job(f"continuing {name}", takes, bars, folder, True, make, force=force)
        picture = job.run()
    say(f"The takes are in {out}: open them in a DAW, or look at {picture}.")
