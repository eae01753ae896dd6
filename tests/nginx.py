"""A real nginx with the shipped configuration; only addresses and the folder for its files are changed."""

import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from serving import ROOT, eventually, free_port

PATH = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
needed = pytest.mark.skipif(
    PATH is None, reason="nginx is not installed; on Debian: apt-get install nginx-light"
)
SERVER = re.compile(r"^( *server )\S+:8000( .*)$", re.MULTILINE)


def configured(folder: str, port: int, ports: tuple[int, ...], changes: dict[str, str]) -> str:
    """The shipped configuration for these addresses, with these words changed."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    changes = {"listen 8080": f"listen 127.0.0.1:{port}", "/tmp/": f"{folder}/"} | changes
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    assert len(SERVER.findall(text)) == 1
    return SERVER.sub("\n".join(rf"\g<1>127.0.0.1:{one}\g<2>" for one in ports), text)


@contextmanager
def nginx(
    *ports: int, changes: dict[str, str] | None = None, healthy: str = "/healthz"
) -> Iterator[SimpleNamespace]:
    """It runs before the servers at these ports: `url`, `port`, and `reload(*ports)` for other servers."""
    assert PATH is not None
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nginx.conf"
        file.write_text(configured(folder, port, ports, changes or {}))
        always = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        command = [PATH, "-p", folder, "-c", str(file), "-e", "stderr", "-g", always]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        with (Path(folder) / "log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)

        def reload(*others: int) -> None:
            file.write_text(configured(folder, port, others, changes or {}))
            subprocess.run([*command, "-s", "reload"], check=True, capture_output=True)

        def answers() -> bool:
            try:
                with urllib.request.urlopen(url + healthy, timeout=5):
                    return True
            except OSError:
                return False

        url = f"http://127.0.0.1:{port}"
        try:
            eventually(answers)
            yield SimpleNamespace(url=url, port=port, reload=reload, process=process)
        finally:
            process.terminate()
            process.wait(20)
