"""`segue export`: a model for other runtimes."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from segue.cli.messages import say

__all__ = ["export"]


class ExportFormat(StrEnum):
    """What models can be written as."""

    ONNX = "onnx"


def export(
    model: Annotated[
        str, typer.Argument(help="The name of a shipped model, or a folder that training wrote.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into.")
    ],
    kind: Annotated[
        ExportFormat, typer.Option("--format", help="onnx: for ONNX Runtime, in any language.")
    ] = ExportFormat.ONNX,
) -> None:
    """Write a model as ONNX graphs, its matrices in whole numbers of 8 bits."""
    from segue.models.folder import model_folder
    from segue.models.onnx_export import export_onnx

    del kind  # there is one
    for path in export_onnx(model_folder(model), out):
        say(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
