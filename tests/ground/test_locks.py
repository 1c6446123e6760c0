"""What is pinned is pinned by hash, agrees with itself, and names no registry."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Put together here, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("ghcr", "io"),
    )
]


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.M))


def test_no_file_names_a_package_registry():
    named = {
        str(file.relative_to(ROOT)): host
        for file in committed_files()
        if file.is_file()
        for host in REGISTRY_HOSTS
        if host.encode() in file.read_bytes()
    }

    assert named == {}


def test_the_npm_lock_holds_hashes_and_no_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"]
)
def test_every_pin_has_a_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]

    assert blocks
    assert not [block for block in blocks if "--hash=sha256:" not in block]


def test_the_development_lock_holds_every_pin_of_the_product():
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")

    assert runtime.items() <= development.items()


def test_every_library_asked_for_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        re.split(r"[\[><=~ ]", line)[0] for line in project["project"]["dependencies"]
    }

    assert asked <= set(pins("requirements.lock"))
