"""From a bare machine to an environment: which Python counts, and what is said where something lacks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from salesexpert.ground import bootstrap
from salesexpert.ground.bootstrap import SystemNeed

GROUND = Path(bootstrap.__file__).parent


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose bootstrap only tells which Python ran it."""
    ground = tmp_path / "a checkout" / "salesexpert" / "ground"
    ground.mkdir(parents=True)
    shutil.copy(GROUND / "start.sh", ground)
    (ground / "bootstrap.py").write_text("import sys; print('ran', *sys.argv[1:])")
    return tmp_path / "a checkout"


def start(
    checkout: Path, *folders: Path, **env: str
) -> subprocess.CompletedProcess[str]:
    tools = checkout.parent / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("sh", "dirname", "id", "env"):
        found = shutil.which(name)
        if found and not (tools / name).exists():
            (tools / name).symlink_to(found)
    path = os.pathsep.join(map(str, (*folders, tools)))
    return subprocess.run(
        [tools / "sh", checkout / "salesexpert" / "ground" / "start.sh", "run", "x y"],
        env={
            "PATH": path,
            "HOME": str(checkout.parent),
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_shim_that_does_not_run_and_a_python_too_old_are_passed_over(
    checkout, tmp_path
):
    shims, good = tmp_path / "shims", tmp_path / "good"
    program(shims / "python3.13", "echo 'python3.13: command not found' >&2; exit 127")
    program(shims / "python3.12", "exit 1  # says of itself that it is too old")
    program(good / "python3", f'exec "{sys.executable}" "$@"')

    done = start(checkout, shims, good)

    assert done.stdout == "ran run x y\n", done.stderr


def test_a_python_of_pyenv_is_found_where_no_shim_leads_to_it(checkout, tmp_path):
    program(
        tmp_path / ".pyenv" / "versions" / "3.13.0" / "bin" / "python3",
        f'exec "{sys.executable}" "$@"',
    )

    assert start(checkout).stdout == "ran run x y\n"


def test_where_no_python_serves_one_sentence_says_so(checkout):
    # Places outside PATH that a machine may fill are looked into as well.
    done = start(checkout)
    if done.returncode == 0:
        pytest.skip("this machine has a Python in /usr/local/bin or /opt")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Sales Expert needs Python 3.12 or newer")
    assert done.stderr.count("\n") == 1


MISSING = SystemNeed(
    what="Pango",
    without="PDF documents cannot be made; everything else runs",
    packages=("libpango-1.0-0", "libpangoft2-1.0-0"),
    is_met=lambda: False,
)


def test_an_ordinary_user_is_told_what_mends_a_missing_package(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "is_debian_like", lambda: True)

    assert bootstrap.meet([MISSING]) == [MISSING]
    assert capsys.readouterr().out == (
        "Pango is missing, so PDF documents cannot be made; everything else runs. "
        "To mend it: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0\n"
    )


def test_root_on_debian_gets_the_missing_package_installed(monkeypatch):
    commands: list[list[str]] = []
    need = SystemNeed("Pango", "…", ("libpango-1.0-0",), is_met=lambda: bool(commands))
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "is_debian_like", lambda: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")

    def run(command, **options):
        commands.append(list(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(bootstrap, "run", run)

    assert bootstrap.meet([need]) == []
    assert commands == [
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", "libpango-1.0-0"]
    ]


def test_a_package_with_services_of_its_own_is_only_unpacked(monkeypatch, tmp_path):
    commands: list[list[str]] = []
    need = SystemNeed("a peer", "…", ("hylafax-server",), is_met=lambda: False, unpacked=tmp_path / "peer")  # fmt: skip
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "is_debian_like", lambda: True)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")

    def run(command, **options):
        commands.append([str(part) for part in command])
        if command[0] == "sh":  # the download
            Path(command[-1], "hylafax-server_6.deb").touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.meet([need])

    assert [command[0] for command in commands] == ["sh", "dpkg-deb"]
    assert commands[1][-1] == str(tmp_path / "peer")


def test_elsewhere_than_on_debian_nothing_is_installed(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "is_debian_like", lambda: False)

    bootstrap.meet([MISSING])

    assert "apt-get" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=debian\n", True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID=fedora\n", False),
        ("", False),
    ],
)
def test_debian_and_its_kin_are_known_by_their_own_word(tmp_path, text, expected):
    (tmp_path / "os-release").write_text(text)

    assert bootstrap.is_debian_like(tmp_path / "os-release") is expected
