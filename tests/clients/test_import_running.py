"""An import is a row: workers may come twice, fall silent or be killed, and each line is loaded once."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from clients import presets, schedule
from clients.importing import engine, running
from clients.models import Client, ImportJob, ImportRow, RelationshipType

ROWS = 40


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


def queued(rows=ROWS, **more):
    text = "Код;Название;Телефон\n" + "".join(
        f"{n};Ромашка {n};8 495 {5400000 + n}\n" for n in range(rows)
    )
    job = ImportJob(
        name="list.csv",
        state="queued",
        encoding="utf-8-sig",
        delimiter=";",
        columns=["Код", "Название", "Телефон"],
        mapping={"Код": "outside_id", "Название": "name", "Телефон": "phones"},
        rows_total=rows,
        created_at=timezone.now(),
        heartbeat_at=timezone.now(),
        **more,
    )
    job.file.save("list.csv", ContentFile(text.encode()), save=False)
    job.save()
    return job


def silent_for(job, seconds):
    at = timezone.now() - timedelta(seconds=seconds)
    ImportJob.objects.filter(pk=job.pk).update(heartbeat_at=at)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", 10)


@pytest.mark.django_db
def test_a_bell_that_rings_twice_loads_once(small_chunks):
    job = queued()

    assert running.run(job.pk)
    assert running.run(job.pk)

    assert Client.objects.count() == ROWS


@pytest.mark.django_db
def test_a_living_worker_is_not_disturbed():
    job = queued()
    ImportJob.objects.filter(pk=job.pk).update(state="running")

    assert not running.claim(job.pk, at=timezone.now())
    assert running.abandoned(at=timezone.now()) == []


@pytest.mark.django_db
def test_a_fallen_import_goes_on_behind_its_last_chunk(small_chunks, monkeypatch):
    job = queued()
    told = []

    def fall(self, current, rows, load=engine.Loader.load_chunk):
        if len(told) == 2:
            raise SystemExit
        told.append(rows[0].number)
        return load(self, current, rows)

    with monkeypatch.context() as patch:
        patch.setattr(engine.Loader, "load_chunk", fall)
        with pytest.raises(SystemExit):
            running.run(job.pk)
    silent_for(job, 40)
    assert running.abandoned(at=timezone.now()) == [job.pk]
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.rows_done, job.created_count) == ("done", ROWS, ROWS)
    assert job.duplicate_count == 0
    assert ImportRow.objects.filter(job=job).count() == ROWS


@pytest.mark.django_db
def test_a_worker_who_lost_the_job_writes_nothing(small_chunks):
    job = queued()
    table = engine.Table(Path(job.file.path), "csv", "utf-8", ";", job.columns)
    loader = engine.Loader(
        table, job.mapping, engine.Options(), by=None, at=timezone.now()
    )
    rows = next(loader.chunks())
    ImportJob.objects.filter(pk=job.pk).update(rows_done=10)

    with pytest.raises(engine.TakenByAnother):
        loader.load_chunk(job, rows)
    assert not Client.objects.exists()


@pytest.mark.django_db
def test_an_import_that_falls_at_one_place_again_and_again_is_given_up(small_chunks):
    job = queued()

    for _time in range(4):
        ImportJob.objects.filter(pk=job.pk).update(state="queued")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine.Loader, "load_chunk", _fall)
            try:
                running.run(job.pk)
            except SystemExit:
                continue

    job.refresh_from_db()
    assert job.state == "failed"


def _fall(*args):
    raise SystemExit


@pytest.mark.django_db
def test_a_fault_of_the_program_is_told_and_what_is_loaded_stays(
    small_chunks, monkeypatch
):
    job = queued()

    def fail(self, current, rows, load=engine.Loader.load_chunk):
        if rows[0].number > 10:
            raise ZeroDivisionError
        return load(self, current, rows)

    monkeypatch.setattr(engine.Loader, "load_chunk", fail)
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created_count) == ("failed", 10)
    assert job.failure


@pytest.mark.django_db
def test_a_long_import_is_handed_on_after_a_shift(small_chunks, monkeypatch):
    job = queued()
    monkeypatch.setattr(running, "SHIFT_SECONDS", -1)

    shifts = 1
    while not running.run(job.pk):
        shifts += 1

    assert shifts == ROWS // 10 + 1
    assert Client.objects.count() == ROWS


@pytest.mark.django_db
def test_a_chunk_is_looked_at_anew_when_somebody_took_an_id(small_chunks, monkeypatch):
    job = queued(rows=3)

    falls = []

    def late(self, verdicts, write=engine.Loader._write):
        write(self, verdicts)
        if not falls:
            falls.append(1)
            raise engine.IntegrityError

    monkeypatch.setattr(engine.Loader, "_write", late)
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created_count, job.rows_done) == ("done", 3, 3)


@pytest.mark.django_db
def test_an_import_of_the_command_that_was_killed_is_closed():
    job = queued()
    ImportJob.objects.filter(pk=job.pk).update(state="running", file="")
    silent_for(job, 600)

    schedule.take_up_abandoned_imports()

    job.refresh_from_db()
    assert job.state == "failed"


@contextmanager
def worker(tmp_path):
    """A real worker on the test's database."""
    base = connection.settings_dict
    host = base["HOST"] or "localhost"
    password = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
    address = (
        f"postgresql://{base['USER']}{password}@/{base['NAME']}?host={host}"
        if host.startswith("/")
        else f"postgresql://{base['USER']}{password}@{host}:{base['PORT'] or 5432}/{base['NAME']}"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": address,
        "REDIS_URL": configured.REDIS_URL,
        "SALESEXPERT_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "salesexpert", "worker"),
            *("--pool", "solo", "--without-gossip", "--without-mingle"),
            *("--without-heartbeat", "--loglevel", "ERROR"),
        ],
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(done, process, seconds=300):
    """Ask until it is so; between the questions only the worker's end is waited for."""
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, "it did not happen in time"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            raise AssertionError("the worker is gone")


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_workers_were_killed_again_and_again_has_no_row_twice(tmp_path):
    if not RelationshipType.objects.exists():
        from django.apps import apps

        presets.load(apps)
    rows = 4500
    job = queued(rows=rows)

    def done():
        return ImportJob.objects.values_list("rows_done", flat=True).get(pk=job.pk)

    left_off = 0
    for kill in range(3):
        further = min(left_off + random.randint(1, 700), rows - 2000 + kill * 250)
        with worker(tmp_path) as process:
            schedule.take_up_abandoned_imports()
            schedule.tasks.run_import.delay(job_id=job.pk)
            wait_until(lambda goal=further: done() >= goal, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert left_off < done() < rows
        left_off = done()
        assert ImportRow.objects.filter(job=job).count() == left_off
        assert Client.objects.count() == left_off
        silent_for(job, 40)

    with worker(tmp_path) as process:
        schedule.take_up_abandoned_imports()
        wait_until(lambda: ImportJob.objects.get(pk=job.pk).state == "done", process)

    job.refresh_from_db()
    assert (job.rows_done, job.created_count, job.duplicate_count) == (rows, rows, 0)
    assert Client.objects.values("outside_id").distinct().count() == rows
