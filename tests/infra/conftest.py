"""One synthesis for all tests of the infrastructure; each looks at the templates as CloudFormation will."""

import pytest

from infra.synth import synthesize
from tests.infra.assembly import Assembly


@pytest.fixture(scope="session")
def assembly() -> Assembly:
    return Assembly.read(synthesize(wiring_only=True))
