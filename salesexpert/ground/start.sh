#!/bin/sh
# start.sh COMMAND [ARGUMENT...]: find a Python that serves and hand it the bootstrap.
#
# A Python counts only after it has run: a name on PATH may be a shim of a version that is not
# chosen, and the default python3 of a machine may be older than the product needs.
set -u
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
root=$(CDPATH= cd -- "$here/../.." && pwd) || exit 1

serves() {
    [ -n "$1" ] || return 1
    "$1" -I -c '
import ctypes, fcntl, ssl, sys, venv
sys.exit(not (sys.version_info >= (3, 12) and sys.implementation.name == "cpython"))
' >/dev/null 2>&1 </dev/null
}

find_python() {
    # 3.13 first: every pinned package has a ready wheel for it.
    for candidate in \
        "$root/.venv/bin/python" "${PYTHON:-}" \
        python3.13 python3.12 python3.14 python3 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.13*/bin/python3 \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9]*/bin/python3 \
        "${XDG_DATA_HOME:-${HOME:-}/.local/share}"/uv/python/cpython-3.1[2-9]*/bin/python3 \
        /usr/local/bin/python3.1[2-9] /opt/python*/bin/python3 /opt/homebrew/bin/python3.1[2-9]
    do
        if serves "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

bring_python() {
    if command -v uv >/dev/null 2>&1; then
        candidate=$(uv python find '>=3.12' 2>/dev/null)
        serves "$candidate" && { printf '%s\n' "$candidate"; return 0; }
        echo "No Python 3.12 or newer here: asking uv for one." >&2
        uv python install 3.13 >&2 && candidate=$(uv python find 3.13 2>/dev/null) &&
            serves "$candidate" && { printf '%s\n' "$candidate"; return 0; }
    fi
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -q >/dev/null 2>&1 </dev/null
        for version in 3.13 3.12 3.14; do
            apt-cache show "python$version" >/dev/null 2>&1 || continue
            echo "No Python 3.12 or newer here: installing python$version." >&2
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
                "python$version" "python$version-venv" >/dev/null </dev/null || continue
            serves "python$version" && { printf '%s\n' "python$version"; return 0; }
        done
    fi
    return 1
}

python=$(find_python) || python=$(bring_python) || {
    echo "Sales Expert needs Python 3.12 or newer and found none that runs: install one" \
        "(for instance with 'uv python install 3.13'), or name it: make run PYTHON=/path/to/python3." >&2
    exit 1
}
exec "$python" -P "$here/bootstrap.py" "$@"
