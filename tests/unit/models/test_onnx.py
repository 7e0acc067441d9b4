"""The graphs: another reader of ONNX reads them, and damage of weights never gives no number."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import load_file

from segue.cli import main
from segue.encoding.sequence import ATTRIBUTES
from segue.models import onnx_graph
from segue.models.decoder_folder import save_decoder
from segue.models.decoder_shape import SIZES
from segue.models.onnx_decoder import OnnxDecoder, Told
from segue.models.onnx_format import Graph, Tensor
from segue.models.onnx_graph import Float32Array
from segue.models.onnx_past import Past
from segue.models.onnx_session import adds_signed_exactly
from segue.models.weight_arrays import read_weights
from tests.unit.models.decoders import SHAPE, random_decoder, random_windows


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    save_decoder(random_decoder(), tmp_path / "model", {"name": "mine"})
    return tmp_path / "model"


def test_another_reader_finds_in_a_graph_what_was_put_there() -> None:
    graph = Graph(
        [Tensor("x", "float32", ["R", 3])], [Tensor("y", "int8", []), Tensor("z", "int64", [2**40])]
    )
    values = [
        np.arange(6, dtype=np.float32).reshape(2, 3) - 2.5,
        np.array([-1, 2**62]),
        np.array(200, np.uint8),
        np.zeros((0, 4), np.int8),
    ]
    names = [graph.constant(value) for value in values]
    graph.node("Split", "x", "", names[0], outputs=["y", "", "z"], domain="d", axis=-1, eps=0.25)
    graph.node("Other", "y", kind="PER_CHANNEL", perm=[1, 0, 300])

    read = onnx.load_from_string(graph.encoded()).graph

    assert [numpy_helper.to_array(c).tolist() for c in read.initializer] == [
        value.tolist() for value in values
    ]
    assert [c.name for c in read.initializer] == names
    first, second = read.node
    assert (first.op_type, first.domain) == ("Split", "d")
    assert (list(first.input), list(first.output)) == (["x", "", names[0]], ["y", "", "z"])
    assert {a.name: onnx.helper.get_attribute_value(a) for a in first.attribute} == {
        "axis": -1,
        "eps": 0.25,
    }
    kind, perm = map(onnx.helper.get_attribute_value, second.attribute)
    assert (kind, list(perm)) == (b"PER_CHANNEL", [1, 0, 300])
    rows, width = read.input[0].type.tensor_type.shape.dim
    assert (rows.dim_param, width.dim_value) == ("R", 3)
    assert read.output[0].type.tensor_type.elem_type == onnx.TensorProto.INT8
    assert read.output[1].type.tensor_type.shape.dim[0].dim_value == 2**40


def test_whole_numbers_are_within_half_a_step_of_each_column(folder: Path) -> None:
    weights = read_weights(folder, SHAPE)
    read = onnx.load_from_string(onnx_graph.head(SHAPE, weights, 2)).graph
    constants = {c.name: numpy_helper.to_array(c) for c in read.initializer}
    products = [node for node in read.node if node.op_type == "MatMulIntegerToFloat"]
    for node, name in zip(products, ("heads.before.2.1", "heads.out.1"), strict=True):
        whole, scale = constants[node.input[1]].astype(int) - 128, constants[node.input[3]]
        error = np.abs(whole * scale - weights[f"{name}.weight"].T)
        assert (error <= scale / 2 * 1.001).all()


def test_a_model_that_says_nothing_gives_numbers_all_the_same(folder: Path) -> None:
    weights = {name: 0 * value for name, value in read_weights(folder, SHAPE).items()}
    model, windows = OnnxDecoder(SHAPE, weights), random_windows(1)
    past, events = Past(model, 1), windows.columns.numpy()
    told = Told(model.asked(windows.masked_parts.numpy(), windows.instruments.numpy()))
    assert (past.read(events[:, :20], told) == 0).all()
    hidden = past.read(events[:, 20:21], told)
    assert (hidden == 0).all()
    heads = model.heads.of(1)
    heads.known[:] = hidden
    for attribute in range(len(ATTRIBUTES)):
        assert (heads.logits(attribute) == 0).all()


def test_signs_of_whole_numbers_change_nothing_where_their_sums_are_exact(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not adds_signed_exactly():
        pytest.skip("this processor does not add products of signed numbers exactly")
    weights, windows = read_weights(folder, SHAPE), random_windows(1)

    def hidden() -> Float32Array:
        model = OnnxDecoder(SHAPE, weights)
        told = Told(model.asked(windows.masked_parts.numpy(), windows.instruments.numpy()))
        past, events = Past(model, 1), windows.columns.numpy()
        return np.stack([past.read(events[:, :20], told), past.read(events[:, 20:21], told)])

    signed = hidden()
    monkeypatch.setattr("segue.models.onnx_decoder.adds_signed_exactly", lambda: False)
    np.testing.assert_array_equal(hidden(), signed)


def test_a_matrix_is_rounded_once_for_all_graphs() -> None:
    matrix = np.random.default_rng(1).standard_normal((5, 3), np.float32)
    for signed in (False, True):
        rounding = onnx_graph.Rounding(signed=signed)
        whole, scale = rounding.of(matrix)
        assert rounding.of(matrix)[0] is whole
        found = (whole.astype(float) - rounding.nought) * scale
        assert (np.abs(found - matrix.T) <= scale / 2 * 1.001).all()


def test_a_model_is_exported_with_what_its_graphs_need(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "onnx"
    with pytest.raises(SystemExit) as ended:
        main(["export", str(folder), "--out", str(out)])
    assert ended.value.code == 0

    about = json.loads((out / "onnx.json").read_text())
    assert about["attributes"] == dict(zip(ATTRIBUTES, SIZES, strict=True))
    assert json.loads((out / "card.json").read_text())["name"] == "mine"
    body = onnx.load_from_string((out / "body.onnx").read_bytes()).graph
    table = next(
        c for c in body.initializer if numpy_helper.to_array(c).shape[1:] == (SHAPE.width,)
    )
    sizes = [size for kind in ("event", "note", "bar") for _, size in about["table"][kind]]
    assert table.dims[0] == 1 + sum(sizes)
    weights, tables = read_weights(folder, SHAPE), load_file(out / "tables.safetensors")
    assert {len(tables["heads.controls.table.weight"])} == {
        1 + sum(size for _, size in about["controls"])
    }
    for name, value in tables.items():
        np.testing.assert_array_equal(value, weights[name])
    for attribute, size in about["attributes"].items():
        head = onnx.load_from_string((out / f"head-{attribute}.onnx").read_bytes()).graph
        assert head.output[0].type.tensor_type.shape.dim[1].dim_value >= size


def test_what_is_no_model_is_not_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["export", str(tmp_path), "--out", str(tmp_path / "onnx")])
    assert ended.value.code == 2
    assert "holds no model" in capsys.readouterr().err
    assert not (tmp_path / "onnx").exists()
