"""Fixtures that every test may use."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.footage import Footage
from tests.tiny import Folders


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Tiny random checkpoints by name, made on first use: `tiny("vace")` is a folder that diffusers loads."""
    return Folders(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def footage(tmp_path: Path) -> Callable[..., Path]:
    """Makes a synthetic clip in the test's folder: `footage("a.mp4", frames=17, sound=True)`."""

    def make(name: str, **what) -> Path:
        return Footage(**what).write(tmp_path / name)

    return make


@pytest.fixture
def sequence(tmp_path: Path) -> Callable[..., Path]:
    """Makes a synthetic image sequence in a folder of its own: `sequence("shot", "exr", frames=5)`."""

    def make(name: str, kind: str, **what) -> Path:
        return Footage(**what).write_sequence(tmp_path / name, kind)

    return make
