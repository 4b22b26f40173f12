"""The site that the benchmarks measure."""

import os
import subprocess
import sys

from tests.settings import BASE_DIR


class TestSettings:
    def test_make_a_site_that_passes_its_checks(self):
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}

        command = [sys.executable, "-m", "django", "check"]
        checked = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)

        assert checked.returncode == 0, checked.stderr
