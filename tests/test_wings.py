"""The wings of `segue.evaluation` import one another in one direction only.

The list in the package's docstring is the order: a wing imports itself and wings above it.
"""

import re
from pathlib import Path

import segue.evaluation
from tests.test_layers import imports_of

ROOT = Path(segue.evaluation.__file__).parent
WINGS = re.findall(r"^- `(\w+)`: ", segue.evaluation.__doc__ or "", re.MULTILINE)
LOWEST = "types"
"""Names of array types: any wing may import them."""


def test_every_wing_is_listed_and_says_in_a_line_what_it_is_for_and_what_it_imports() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders == set(WINGS)
    for wing in WINGS:
        text = (ROOT / wing / "__init__.py").read_text(encoding="utf-8")
        assert len(text.splitlines()) == 1
        assert "Imports " in text


def test_outside_the_wings_there_is_only_the_package_and_its_types() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} == {"__init__", LOWEST}


def test_a_wing_imports_only_wings_above_it() -> None:
    wrong = []
    for at, wing in enumerate(WINGS):
        for path in sorted((ROOT / wing).glob("*.py")):
            for _, line, module in imports_of(path):
                names = module.split(".")
                if names[:2] != ["segue", "evaluation"]:
                    continue
                other = names[2] if len(names) > 2 else "__init__"
                if other not in {LOWEST, *WINGS[: at + 1]}:
                    wrong.append(f"{path.relative_to(ROOT)}:{line}: imports {module}")
    assert wrong == []
