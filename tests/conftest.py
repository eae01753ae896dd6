"""The server for tests: the application in this process, and a real gunicorn."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy is imported

import pytest
from serving import ROOT, Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real gunicorn for all tests that do not hurt it; one worker, unless `WEB_CONCURRENCY` says more."""
    with serving(settings={"WEB_CONCURRENCY": os.environ.get("WEB_CONCURRENCY") or "1"}) as running:
        yield running


@pytest.fixture
def developed(tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """`python app.py` while developing, and the folder with the copy of the page that it serves."""
    for name in ("static", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "app.py", tmp_path)
    settings = {"DESCENT_DEBUG": "1", "PYTHONPATH": str(ROOT)}
    with serving(sys.executable, "app.py", folder=tmp_path, settings=settings) as server:
        yield server, tmp_path


@pytest.fixture(scope="session")
def app():
    """The application in this process. Whoever changes its worker state puts it back."""
    from app import create_app

    return create_app()


@pytest.fixture
def client(app):
    """Requests to the application in this process."""
    with app.test_client() as client:
        yield client
