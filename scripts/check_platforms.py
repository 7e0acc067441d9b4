"""Is there a wheel of every package that the base install needs, for every platform?

Resolves the dependencies of pyproject.toml by pip, for one platform after another, and installs or
builds nothing; a package without a wheel fails. Extras are named on the command line:

    python scripts/check_platforms.py
    python scripts/check_platforms.py corpus
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAC_ARM = [f"macosx_{version}_0_arm64" for version in (11, 12, 13, 14)]
MAC_INTEL = [f"macosx_{version}_x86_64" for version in ("10_9", "10_13", "11_0", "12_0", "13_0")]
LINUX = (5, 12, 17, 24, 26, 27, 28)
"""Versions of the C library that wheels name; 28 is Debian 10's."""
PLATFORMS = {
    "Linux, x86-64": ["manylinux2014_x86_64", *(f"manylinux_2_{v}_x86_64" for v in LINUX)],
    "Linux, ARM": ["manylinux2014_aarch64", *(f"manylinux_2_{v}_aarch64" for v in LINUX)],
    "macOS, Apple silicon": MAC_ARM,
    "macOS, Intel": MAC_INTEL,
    "Windows, x86-64": ["win_amd64"],
}
PYTHONS = ("3.11", "3.13")


def resolve(requirements: list[str], tags: list[str], python: str) -> str:
    """What pip cannot find for a platform; empty if there is all."""
    told = ["--dry-run", "--only-binary", ":all:", "--python-version", python, "--target", "none"]
    platforms = [word for tag in tags for word in ("--platform", tag)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--ignore-installed", *told, *platforms,
         *requirements],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def main() -> None:
    """Print a line for each platform and Python; end with 1 if one lacks something."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    requirements = list(project["dependencies"])
    for extra in sys.argv[1:]:
        own = project["optional-dependencies"][extra]
        requirements += [each for each in own if not each.startswith("segue")]
    wrong = 0
    for name, tags in PLATFORMS.items():
        for python in PYTHONS:
            problem = resolve(requirements, tags, python)
            wrong += bool(problem)
            print(f"{name}, Python {python}: {problem or 'all there'}", flush=True)
    sys.exit(min(wrong, 1))


if __name__ == "__main__":
    main()
