"""Configurations convert exactly both ways, and everything wrong with one is told at once."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.config import from_mapping, read_toml, to_mapping
from segue.errors import ConfigError


@dataclass(frozen=True)
class Model:
    """The nested part."""

    width: int = 256
    size: Literal["tiny", "small", "base"] = "small"
    dropout: float = 0.1
    dilations: tuple[int, ...] = (1, 2)
    span: tuple[int, int] = (0, 1)

    def __post_init__(self) -> None:
        if self.width % 8:
            raise ConfigError(f"width: must be a multiple of 8, got {self.width}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout: must be in [0, 1), got {self.dropout}")


@dataclass(frozen=True)
class Training:
    """The outer part; `corpus` has no default on purpose."""

    corpus: Path
    compiled: bool = True
    learning_rate: float | None = None
    limit: int | str = 10
    weights: dict[str, float] = field(default_factory=dict)
    model: Model = field(default_factory=Model)


models = st.builds(
    Model,
    width=st.integers(0, 100).map(lambda eighth: 8 * eighth),
    size=st.sampled_from(["tiny", "small", "base"]),
    dropout=st.floats(0, 1, exclude_max=True),
    dilations=st.lists(st.integers(1 - 2**63, 2**63 - 1)).map(tuple),
    span=st.tuples(st.integers(1 - 2**63, 2**63 - 1), st.integers(1 - 2**63, 2**63 - 1)),
)
trainings = st.builds(
    Training,
    corpus=st.text(alphabet="abc/._", min_size=1).map(Path),
    compiled=st.booleans(),
    learning_rate=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    limit=st.integers(1 - 2**63, 2**63 - 1) | st.text(),
    weights=st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False)),
    model=models,
)


@given(trainings)
def test_a_configuration_survives_json(config: Training) -> None:
    mapping = json.loads(json.dumps(to_mapping(config)))
    assert from_mapping(Training, mapping, where="json") == config


def test_absent_keys_keep_their_defaults() -> None:
    assert from_mapping(Training, {"corpus": "c"}, where="x") == Training(corpus=Path("c"))


def test_every_problem_is_told_at_once_with_its_place() -> None:
    wrong = {
        "compiled": 1,
        "learnin_rate": 0.1,
        "model": {"widht": 8, "size": "smal", "span": [1], "dilations": [1, "two"]},
    }
    with pytest.raises(ConfigError) as caught:
        from_mapping(Training, wrong, where="run.toml")
    assert str(caught.value).splitlines() == [
        "run.toml: 7 problems",
        "  learnin_rate: unknown key; did you mean 'learning_rate'?",
        "  corpus: missing, and it has no default",
        "  compiled: must be true or false, got 1",
        "  model.widht: unknown key; did you mean 'width'?",
        "  model.size: must be one of 'tiny', 'small', 'base', got 'smal'; did you mean 'small'?",
        "  model.dilations[1]: must be an integer, got 'two'",
        "  model.span: must be a list of 2, got 1 values",
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 9}, r"^x: model\.width: must be a multiple of 8, got 9$"),
        ({"dropout": 1.5}, r"^x: model\.dropout: must be in \[0, 1\), got 1\.5$"),
        ({"dropout": float("nan")}, r"^x: model\.dropout: must be a finite number, got nan$"),
        ({"width": True}, r"^x: model\.width: must be an integer, got True$"),
        ({"span": 3}, r"^x: model\.span: must be a list, got 3$"),
        ({"zzz": 3}, r"^x: model\.zzz: unknown key; the keys here are width, size, "),
    ],
)
def test_a_value_out_of_range_names_its_place(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_mapping(Training, {"corpus": "c", "model": values}, where="x")


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"corpus": "c", "model": 3}, "model: must be a table, got 3"),
        ({"corpus": "c", "weights": 3}, "weights: must be a table, got 3"),
        ({"corpus": "c", "weights": {"kl": "a"}}, "weights.kl: must be a finite number, got 'a'"),
        ({"corpus": "c", "limit": 0.5}, "limit: must be an integer or a string, got 0.5"),
        ({"corpus": "c", "learning_rate": "x"}, "learning_rate: must be a finite number, got 'x'"),
    ],
)
def test_a_value_of_a_wrong_type_says_which_is_wanted(
    mapping: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        from_mapping(Training, mapping, where="x")
    assert str(caught.value) == f"x: {message}"


def test_an_integer_is_a_float_but_a_boolean_is_not_an_integer() -> None:
    config = from_mapping(Model, {"dropout": 0}, where="x")
    assert isinstance(config.dropout, float)


def test_toml_tables_are_nested_configurations(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('corpus = "songs"\nlearning_rate = 1\n[model]\nsize = "tiny"\n')
    expected = Training(corpus=Path("songs"), learning_rate=1.0, model=Model(size="tiny"))
    assert read_toml(Training, path) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read the configuration: No such file"),
        (b"\xff\xfe", "not UTF-8 text at byte 0"),
        (b"width = ", "not valid TOML"),
        (b"widht = 8", "did you mean 'width'"),
    ],
)
def test_a_file_that_is_no_configuration_is_named(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "run.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message) as caught:
        read_toml(Model, path)
    assert str(caught.value).startswith(str(path))


def test_a_field_type_that_no_mapping_can_hold_is_our_own_defect() -> None:
    @dataclass(frozen=True)
    class Odd:
        """Holds what a file cannot."""

        what: complex = 0j

    with pytest.raises(TypeError, match="cannot hold a field of type"):
        from_mapping(Odd, {"what": 1}, where="x")


def test_only_dataclass_instances_have_a_mapping() -> None:
    with pytest.raises(TypeError, match="dataclass instance"):
        to_mapping(Model)


def deep_toml(levels: int) -> str:
    return f"width = {'[' * levels}{']' * levels}\n"


@pytest.mark.parametrize(
    "text",
    [
        deep_toml(100_000),
        deep_toml(90),
        f"width = {'9' * 5000}\n",
        f"width = 0x{'f' * 5000}\n",
        f"dropout = {10**400}\n",
        "width = 9223372036854775808\n",
        f"{'x' * 100_000} = 1\n",
        "\n".join(f"x{i} = 1" for i in range(5000)),
        "#" * 2_000_000,
    ],
    ids=["deep", "nested", "digits", "hex", "float", "64 bits", "key", "keys", "size"],
)
def test_what_no_configuration_holds_is_one_short_message(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_toml(Model, path)
    assert str(caught.value).startswith(f"{path}: ")
    assert len(str(caught.value)) < 10_000


def test_a_pipe_is_no_configuration(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("pipes are a matter of POSIX")
    os.mkfifo(tmp_path / "run.toml")
    with pytest.raises(ConfigError, match=r"run\.toml: cannot read .* a pipe"):
        read_toml(Model, tmp_path / "run.toml")
