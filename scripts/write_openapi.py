"""Write web/openapi.json, the API's description, from which the page's types are made.

python scripts/write_openapi.py          # write it
python scripts/write_openapi.py --check  # exit 1 if it is not current
"""

import json
import sys
from pathlib import Path

from segue.server.app import openapi

TARGET = Path(__file__).parent.parent / "web" / "openapi.json"


def main() -> None:
    """Write the file, or compare it."""
    text = json.dumps(openapi(), indent=2, sort_keys=True) + "\n"
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("web/openapi.json is not current; run scripts/write_openapi.py")
        return
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
