"""The API keeps its description: schemathesis asks everything that OpenAPI allows, and more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS

from segue.server.app import create_app
from segue.server.gate import Policy
from segue.server.studio import Settings, Studio
from tests.plain_composer import PlainComposer
from tests.studios import ADDRESS, PORT
