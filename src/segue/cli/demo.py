"""`segue demo`: the main job on the prompts that Segue brings along."""

from pathlib import Path
from typing import Annotated

import typer

from segue.cli.messages import say

__all__ = ["demo"]


def demo(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="EXAMPLES", help="band, quartet, chiptune; by default all."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into.")
    ] = Path("demo-output"),
    bars: Annotated[int, typer.Option(min=1, help="How many bars to add.")] = 8,
    takes: Annotated[int, typer.Option(min=1, help="How many suggestions to make.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same takes.")] = 1,
) -> None:
    """Continue the example prompts: takes as MIDI files, and a picture of them."""
    import segue
    from segue.examples import NAMES, example_path
    from segue.midi import read_document, write_file
    from segue.picture import draw_takes

    paths = {name: example_path(name) for name in names or NAMES}
    model = segue.load("band")
    for name, path in paths.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        suggestions = model.continue_(path, bars=bars, takes=takes, seed=seed)
        write_file(folder / "prompt.mid", path.read_bytes())
        for number, take in enumerate(suggestions, 1):
            take.save(folder / f"take-{number}.mid")
        prompt = read_document(path).score
        draw_takes(prompt, [take.score for take in suggestions], folder / "takes.png")
        say(f"{name}: {prompt.n_bars} bars, and {bars} new ones in {len(suggestions)} takes")
        say(f"  {folder / 'prompt.mid'}")
        say(f"  {folder / 'take-1.mid'} ... {folder / f'take-{len(suggestions)}.mid'}")
        say(f"  {folder / 'takes.png'}")
