"""Packages of npm that tests run, installed once and kept for the next run."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest


def installed(package_json: Path) -> Path:
    """Return the directory in which what ``package_json`` names is installed; skip where that cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("needs Node.js 20 or newer with npm")
    wanted = package_json.read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    directory = cache / "cognito-auth-tests" / sha256(wanted).hexdigest()[:16]
    if not (directory / "installed").exists():
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "package.json").write_bytes(wanted)
        command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"needs the npm registry: {done.stderr.strip()[-200:]}")
        (directory / "installed").touch()
    return directory
