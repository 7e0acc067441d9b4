"""Reading a whole file that a user named: clear errors, and never more bytes than allowed."""

from os import PathLike, fspath

from segue.errors import FormatError, InputError
from segue.reading import open_regular

__all__ = ["read_file"]


def read_file(path: str | PathLike[str], *, max_bytes: int) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: the file does not exist, is a folder or a pipe, or may not be read.
        FormatError: the file is larger than `max_bytes`.
    """
    name = fspath(path)
    if "\0" in name:
        raise InputError(f"{name!r}: cannot be read: a path holds no null characters")
    try:
        with open_regular(name) as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise InputError(f"{name}: there is no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{name}: this is a folder; name a MIDI file in it") from error
    except PermissionError as error:
        raise InputError(
            f"{name}: no permission to read this file; change it or copy it"
        ) from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from error
    if len(data) > max_bytes:
        raise FormatError(
            f"{name}: the file is larger than {max_bytes} bytes (byte {max_bytes}); "
            "no piece of music needs this many: split it, or remove its samples"
        )
    return data
