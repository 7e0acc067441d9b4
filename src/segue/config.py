"""Frozen configuration dataclasses to and from plain mappings and TOML.

A configuration is a frozen dataclass whose fields are booleans, numbers, strings, paths,
`Literal`s, tuples, dictionaries, optionals or further such dataclasses. It checks its own ranges
in `__post_init__` by raising `ValueError` or `ConfigError`, one line a problem, each line beginning
with the field's name. This module only converts: it holds no defaults and knows no field.

Nothing is guessed. An unknown key, a missing value and a wrong type are errors, and all of them are
reported together in one `ConfigError`, each by its dotted place (`model.width`), because a person
who corrects a file wants to do it once. The mapping side is what JSON can hold: tuples are lists,
paths strings, an absent optional `None`.
"""

import dataclasses
import difflib
import math
import tomllib
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from segue.errors import ConfigError
from segue.reading import read_regular

__all__ = ["from_mapping", "read_toml", "to_mapping"]

ConfigT = TypeVar("ConfigT")

_TYPE_NAMES: dict[type, str] = {
    bool: "true or false",
    int: "an integer",
    float: "a finite number",
    str: "a string",
    Path: "a path",
    types.NoneType: "nothing",
}
_MAX_BYTES: Final = 2**20
_LARGEST: Final = 2**63
"""The largest whole number, which every library below takes."""
_SHOWN_PROBLEMS: Final = 40
"""Problems that a message lists."""
_SHOWN: Final = 60
"""Characters of a wrong value that a message repeats."""
_INVALID: Any = object()
"""What a value that could not be converted becomes; never reaches a dataclass."""


def from_mapping(cls: type[ConfigT], mapping: Mapping[str, object], *, where: str) -> ConfigT:
    """Build `cls` from `mapping`; keys that are absent keep the dataclass's defaults.

    Args:
        cls: a dataclass type.
        mapping: string keys; nested mappings for nested dataclasses.
        where: what the messages call the source, such as a file name.

    Raises:
        ConfigError: naming every unknown key, missing value, wrong type and value out of range.
    """
    problems: list[str] = []
    config = _build(cls, mapping, "", problems)
    if problems:
        raise ConfigError(_report(where, problems))
    return config  # type: ignore[no-any-return]


def to_mapping(config: object) -> dict[str, object]:
    """Return `config`, a dataclass instance, as nested dictionaries that JSON can hold.

    `from_mapping(type(config), to_mapping(config), where=...)` equals `config`.
    """
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"a configuration is a dataclass instance, got {config!r}")
    return {
        field.name: _plain(getattr(config, field.name))
        for field in dataclasses.fields(config)
        if field.init
    }


def read_toml(cls: type[ConfigT], path: str | Path) -> ConfigT:
    """Read a `cls` from the TOML file at `path`.

    Raises:
        ConfigError: the file cannot be read, is not TOML, or does not describe a `cls`.
    """
    path = Path(path)
    try:
        text = read_regular(path, max_bytes=_MAX_BYTES).decode("utf-8")
        mapping = tomllib.loads(text)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"{path}: cannot read the configuration: {reason}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except RecursionError:
        raise ConfigError(f"{path}: not a configuration: nested too deeply") from None
    except ValueError as error:  # too large, or a number of thousands of digits
        raise ConfigError(f"{path}: not a configuration: {error}") from error
    return from_mapping(cls, mapping, where=str(path))


def _shown(value: object) -> str:
    """A wrong value, shortened; a damaged file may hold megabytes of it."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deeply, or too many digits
        return "a value that cannot be shown"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _report(where: str, problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return f"{where}: {problems[0]}"
    lines = "".join(f"\n  {problem}" for problem in problems[:_SHOWN_PROBLEMS])
    if len(problems) > _SHOWN_PROBLEMS:
        lines += f"\n  and {len(problems) - _SHOWN_PROBLEMS} more"
    return f"{where}: {len(problems)} problems{lines}"


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return to_mapping(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _build(cls: Any, mapping: object, place: str, problems: list[str]) -> Any:
    """Build dataclass `cls`, adding to `problems`; `_INVALID` where there were any."""
    if not isinstance(mapping, Mapping):
        problems.append(f"{place or cls.__name__}: must be a table, got {_shown(mapping)}")
        return _INVALID
    found = len(problems)
    hints = get_type_hints(cls)
    fields = {field.name: field for field in dataclasses.fields(cls) if field.init}
    problems.extend(_unknown(key, fields, place) for key in mapping if key not in fields)
    values = {}
    for name, field in fields.items():
        if name in mapping:
            values[name] = _convert(hints[name], mapping[name], _join(place, name), problems)
        elif _is_required(field):
            problems.append(f"{_join(place, name)}: missing, and it has no default")
    if len(problems) > found:
        return _INVALID
    try:
        return cls(**values)
    except (ValueError, ConfigError) as error:
        problems.extend(_join(place, line) for line in str(error).splitlines())
        return _INVALID


def _is_required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _unknown(key: object, known: Mapping[str, object], place: str) -> str:
    key = str(key)[:_SHOWN]
    close = difflib.get_close_matches(key, known, n=1)
    known_keys = f"the keys here are {', '.join(known)}" if known else "no keys are allowed here"
    advice = f"did you mean {close[0]!r}?" if close else known_keys
    return f"{_join(place, key)}: unknown key; {advice}"


def _convert(hint: Any, value: object, place: str, problems: list[str]) -> Any:
    """Convert one `value` to what `hint` asks for."""
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return _build(hint, value, place, problems)
    if origin is Union or origin is types.UnionType:
        return _convert_union(get_args(hint), value, place, problems)
    if origin is tuple:
        return _convert_tuple(get_args(hint), value, place, problems)
    if origin is dict:
        return _convert_dict(get_args(hint)[1], value, place, problems)
    if origin is Literal:
        return _convert_literal(get_args(hint), value, place, problems)
    return _convert_scalar(hint, value, place, problems)


def _convert_union(options: Sequence[Any], value: object, place: str, problems: list[str]) -> Any:
    """The first of `options` that takes `value`; a single one reports its own problems."""
    if value is None and types.NoneType in options:
        return None
    options = [option for option in options if option is not types.NoneType]
    trials: list[list[str]] = []
    for option in options:
        trial: list[str] = []
        converted = _convert(option, value, place, trial)
        if not trial:
            return converted
        trials.append(trial)
    if len(trials) == 1:
        problems.extend(trials[0])
    else:
        wanted = " or ".join(_TYPE_NAMES.get(option, str(option)) for option in options)
        problems.append(f"{place}: must be {wanted}, got {_shown(value)}")
    return _INVALID


def _convert_tuple(hints: Sequence[Any], value: object, place: str, problems: list[str]) -> Any:
    if not isinstance(value, list | tuple):
        problems.append(f"{place}: must be a list, got {_shown(value)}")
        return _INVALID
    if len(hints) == 2 and hints[1] is Ellipsis:
        hints = [hints[0]] * len(value)
    if len(hints) != len(value):
        problems.append(f"{place}: must be a list of {len(hints)}, got {len(value)} values")
        return _INVALID
    return tuple(
        _convert(hint, item, f"{place}[{index}]", problems)
        for index, (hint, item) in enumerate(zip(hints, value, strict=True))
    )


def _convert_dict(hint: Any, value: object, place: str, problems: list[str]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(f"{place}: must be a table, got {_shown(value)}")
        return _INVALID
    return {
        str(key): _convert(hint, item, _join(place, str(key)), problems)
        for key, item in value.items()
    }


def _convert_literal(
    allowed: Sequence[object], value: object, place: str, problems: list[str]
) -> Any:
    # `True == 1`, so the type has to agree as well as the value.
    for option in allowed:
        if type(option) is type(value) and option == value:
            return option
    close = difflib.get_close_matches(
        _shown(value).strip("'"), [str(option) for option in allowed], n=1
    )
    advice = f"; did you mean {close[0]!r}?" if close else ""
    choices = ", ".join(repr(option) for option in allowed)
    problems.append(f"{place}: must be one of {choices}, got {_shown(value)}{advice}")
    return _INVALID


def _convert_scalar(hint: Any, value: object, place: str, problems: list[str]) -> Any:
    if hint not in _TYPE_NAMES:
        raise TypeError(f"{place}: a configuration cannot hold a field of type {hint!r}")
    if type(value) is int and abs(value) >= _LARGEST:
        problems.append(f"{place}: must be a number of less than 2^63")
        return _INVALID
    if hint is float and type(value) is int:
        return float(value)
    if hint is Path and isinstance(value, str | Path):
        return Path(value)
    if type(value) is hint and not (isinstance(value, float) and not math.isfinite(value)):
        return value
    problems.append(f"{place}: must be {_TYPE_NAMES[hint]}, got {_shown(value)}")
    return _INVALID
