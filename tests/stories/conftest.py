"""A gateway for each story; what a story commits, a fresh copy of the database takes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.cast import opened
from tests.support.gateway import Gateway


@pytest.fixture
def gateway(tmp_path: Path, transactional_db: None) -> Iterator[Gateway]:
    with opened(tmp_path) as found:
        yield found
