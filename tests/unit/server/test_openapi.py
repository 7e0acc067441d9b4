"""The description of the API: current, and complete to the last error."""

import json
from pathlib import Path

import segue
from segue.server.app import openapi

ROOT = Path(__file__).parents[3]
METHODS = {"get", "post", "patch", "delete", "put"}


def test_the_committed_description_is_current() -> None:
    path = ROOT / "web" / "openapi.json"
    committed = json.loads(path.read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(openapi())), "run `make openapi`"


def test_every_route_declares_its_errors_in_the_one_form() -> None:
    described = openapi()
    assert described["info"]["version"] == segue.__version__
    operations = [
        (path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    assert len(operations) >= 18
    for path, operation in operations:
        assert operation["description"], path
        responses = operation["responses"]
        assert {"401", "403", "409", "422", "500"} <= set(responses), path
        for status, response in responses.items():
            if status >= "400":
                (content,) = response["content"].values()
                assert content["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}, path


def test_every_number_that_is_sent_has_bounds() -> None:
    schemas = openapi()["components"]["schemas"]
    asked = [name for name, s in schemas.items() if s.get("additionalProperties") is False]
    assert len(asked) >= 8

    def numbers(schema: object) -> list[dict[str, object]]:
        if isinstance(schema, list):
            return [found for part in schema for found in numbers(part)]
        if not isinstance(schema, dict):
            return []
        own = [schema] if schema.get("type") in ("integer", "number") else []
        return own + [found for part in schema.values() for found in numbers(part)]

    found = [number for name in asked for number in numbers(schemas[name])]
    assert len(found) >= 15
    for number in found:
        assert "enum" in number or {"minimum", "maximum"} <= set(number), number
