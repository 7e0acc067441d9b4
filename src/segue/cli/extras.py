"""The message for those who lack what a command needs beyond the base install.

Each command that needs more calls `require` first, so that a missing package is found before
anything is computed.
"""

from segue.errors import InputError
from segue.extras import EXTRAS, how_to_install, missing_modules

__all__ = ["EXTRAS", "require"]


def require(extra: str, what: str) -> None:
    """Make sure that `extra`, a key of `EXTRAS`, is installed; `what` is the command's name.

    Raises:
        InputError: one line with what is missing and the command that installs it.
    """
    missing = missing_modules(extra)
    if missing:
        raise InputError(
            f"`{what}` needs packages that the base install leaves out ({', '.join(missing)}); "
            f"install them with: {how_to_install(extra)}"
        )
