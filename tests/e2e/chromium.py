"""Finds a Chromium for the browser tests, or installs one: Debian's package, else Playwright's own.

``python tests/e2e/chromium.py`` makes sure that there is one and prints where; the tests call ``find``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ARGUMENTS = [  # no graphics card, and no requests of its own
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")


def find() -> str | None:
    """Path of a Chromium: ``$CHROMIUM``, one on the PATH, a Mac's, Playwright's own; or None."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for app in MAC_APPS:
        if (path := Path("/Applications") / app).exists():
            return str(path)
    return _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def install() -> None:
    """Debian's package where this user may install it, else Playwright's own download."""
    if shutil.which("apt-get"):
        prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not prefix or shutil.which("sudo"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            update = subprocess.run([*prefix, "apt-get", "update", "-qq"], env=environment, check=False)
            if update.returncode == 0:
                command = [*prefix, "apt-get", "install", "-y", "-qq", "chromium"]
                subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None:
        print("No Chromium found; installing one for the browser tests ...", flush=True)
        install()
    path = find()
    if path is None:
        sys.exit(
            "The browser tests need Chromium, and neither Debian's packages nor Playwright could install it. "
            "Install Chromium or Chrome, or set CHROMIUM to its path, and run `make test` again. "
            "`make lint unit` runs everything else."
        )
    print(f"Browser tests run in {path}")
