"""Segue's bulk parsing against note-seq and pretty_midi, on the same files in one run.

python -m venv /tmp/peers && /tmp/peers/bin/pip install note-seq pretty_midi
python -m benchmarks.corpus.compare_parsers CORPORA --peers /tmp/peers/bin/python
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.corpus.sampling import write_sample

HERE = Path(__file__).parent
PEERS = ("note-seq", "pretty_midi")
OURS = ("symusic", "segue", "segue with fingerprint")


def timed(name: str, interpreter: str, folder: Path, repeats: int) -> dict[str, Any]:
    """Run `time_parser.py` in an interpreter of its own."""
    command = [interpreter, str(HERE / "time_parser.py"), name, str(folder), str(repeats)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="+", type=Path)
    parser.add_argument("--peers", required=True, help="a Python with note-seq and pretty_midi")
    parser.add_argument("--files", type=int, default=150)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_sample(arguments.sources, Path(folder), arguments.files)
        results = {name: timed(name, arguments.peers, Path(folder), 1) for name in PEERS}
        results |= {name: timed(name, sys.executable, Path(folder), 5) for name in OURS}
    slowest = max(result["cpu"] for result in results.values())
    print("| parser | files | failed | notes | CPU s | files/s | notes/s | times |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name, result in results.items():
        cpu = result["cpu"]
        print(
            f"| {name} | {result['files']} | {result['failed']} | {result['notes']:,} | {cpu:.2f} |"
            f" {result['files'] / cpu:,.1f} | {result['notes'] / cpu:,.0f} | {slowest / cpu:,.0f} |"
        )


if __name__ == "__main__":
    main()
