"""Ask a running studio (`segue studio --no-browser`) for takes: client.py SONG.mid [ADDRESS]."""

import json
import sys
import time
import urllib.request
from pathlib import Path

STUDIO = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8765"


def ask(path: str, body: bytes | None = None) -> bytes:
    """What the studio answers."""
    kind = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{STUDIO}/api{path}", body, kind)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


song = Path(sys.argv[1])
project = json.loads(ask("/projects/upload", song.read_bytes()))
wish = {"task": "continue", "bars": 8, "takes": 2}  # "infill" has "first", "last", "tracks"
node = f"/projects/{project['id']}/nodes/{project['current']}"
asked = json.loads(ask(f"{node}/suggestions", json.dumps(wish).encode()))
while asked["state"] in ("queued", "running"):
    time.sleep(0.5)
    asked = json.loads(ask(f"/suggestions/{asked['id']}"))
for take in asked["takes"]:
    out = song.with_name(f"{song.stem}-take-{take['number']}.mid")
    out.write_bytes(ask(f"/suggestions/{asked['id']}/takes/{take['number']}/midi"))
    sys.stdout.write(f"{out}: {take['n_notes']} new notes\n")
