"""Importing users from a CSV file, on PostgreSQL and SQLite: rows a second, and memory by size of the file.

Each run is a process of its own, whose greatest memory is measured from the start of Python to the
end of the import. Users come without passwords.
Targets: 100,000 rows within minutes (2,000 a second or more); memory at 100,000 ÷ at 1,000: ≤ 1.2.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import databases
from benchmarks.servers import ROOT

SMALL = 1_000
LARGE = int(os.environ.get("BENCHMARK_ROWS", "100000"))


def run_here(rows: int) -> None:
    """Import ``rows`` people in this process, and print seconds and kilobytes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from cognito_auth.models import UserImportJob, UserPool
    from cognito_auth.services import user_pools
    from cognito_auth.services.user_import import files, jobs, running

    call_command("migrate", verbosity=0)
    now = timezone.now()
    fields = {"alias_attributes": ["email"], "auto_verified_attributes": ["email"]}
    pool: UserPool = user_pools.create(region="eu-west-1", name="import", fields=fields, now=now)
    job = jobs.create(pool, "people", now=now)
    with tempfile.TemporaryFile() as content:
        # Not kept in memory, which is what is measured.
        text = io.TextIOWrapper(content, encoding="utf-8", write_through=True)
        text.write("cognito:username,email,email_verified,given_name,family_name,cognito:mfa_enabled\n")
        for number in range(rows):
            text.write(f"person{number},person{number}@example.com,true,Ana,Family{number % 1000},false\n")
        content.seek(0)
        files.store(job, content, now=now)
        text.detach()
    UserImportJob.objects.filter(pk=job.pk).update(status="Pending", started_at=now)
    before = time.perf_counter()
    running.run(job.pk, clock=timezone.now)
    seconds = time.perf_counter() - before
    job.refresh_from_db()
    if job.imported_users != rows:
        raise SystemExit(f"{job.imported_users} of {rows} were imported: {job.completion_message}")
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def measure(rows: int, url: str) -> tuple[float, int]:
    """Return seconds and the greatest memory, in kilobytes, of an import in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.user_import", str(rows)]
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes)


def report(name: str, small_url: str, large_url: str) -> None:
    _seconds, small_memory = measure(SMALL, small_url)
    seconds, memory = measure(LARGE, large_url)
    print(f"{name}_import_seconds: {seconds:.1f}")
    print(f"{name}_imported_rows_per_second: {LARGE / seconds:.0f} (target 2000)")
    print(f"{name}_memory_large_over_small: {memory / small_memory:.2f} (target 1.2)", flush=True)


def main() -> None:
    with databases.fresh("import_small") as small_url, databases.fresh("import_large") as large_url:
        report("postgresql", small_url, large_url)
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{Path(folder) / name}.sqlite3" for name in ("small", "large")]
        report("sqlite", *urls)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run_here(int(sys.argv[1]))
    else:
        main()
