"""The API keeps its description: schemathesis asks all that OpenAPI allows, and what it forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import CHECKS

from segue.server.app import openapi
from tests.servers import Server, serving

SCHEMA = schemathesis.openapi.from_dict(openapi())
FEW = settings(
    max_examples=3, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
MANY = settings(FEW, max_examples=150, derandomize=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("projects")) as served:
        yield served


@pytest.fixture(scope="module")
def there(server: Server) -> dict[str, Any]:
    """Path parameters that lead to something: half of all cases are sent there."""
    project = server.http.post("/api/projects", json={"example": "band"}).json()["id"]
    asked = {"task": "continue", "bars": 1, "takes": 2}
    suggestion = server.http.post(
        f"/api/projects/{project}/nodes/1/suggestions", json=asked
    ).json()["id"]
    server.ended(suggestion)
    return {"project": project, "node": 1, "suggestion": suggestion, "take": 1, "name": "band"}


def call(case: Case[Any], server: Server, there: dict[str, Any]) -> None:
    """Ask as it is, and where there is something."""
    # A full queue is no defect: 503 may be; and no schema says which bytes are a file.
    names = ["not_a_server_error"]
    if case.path.endswith(("/upload", "/import")):
        names.append("positive_data_acceptance")
    validate(case, server, names)
    if case.path_parameters and case.method != "DELETE":
        for name in case.path_parameters:
            case.path_parameters[name] = there[name]
        # What was wrong may have been the name that is now mended.
        validate(case, server, [*names, "negative_data_rejection"])


def validate(case: Case[Any], server: Server, unchecked: list[str]) -> None:
    checks: list[Any] = [CHECKS.get_one(name) for name in unchecked]
    answer = case.call_and_validate(base_url=server.address, excluded_checks=checks, timeout=30)
    assert answer.status_code in (503, *range(500))


@SCHEMA.parametrize()
@FEW
def test_every_answer_is_as_described(
    case: Case[Any], server: Server, there: dict[str, Any]
) -> None:
    call(case, server, there)


@pytest.mark.slow
@SCHEMA.parametrize()
@MANY
def test_every_answer_is_as_described_for_long(
    case: Case[Any], server: Server, there: dict[str, Any]
) -> None:
    call(case, server, there)
