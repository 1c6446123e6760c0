"""Memory that a child shares with the process it parts from, measured in processes of their own."""

import subprocess
import sys

import pytest

PARTING = """
import os, re, sys
from salesexpert import sharing

many = [{"name": f"card {n}", "numbers": (n, str(n))} for n in range(50_000)]
made = sharing.share() if sys.argv[1] == "shared" else 0

if not os.fork():
    kept = [(one["name"], one["numbers"]) for one in many]
    del kept
    told = open("/proc/self/smaps_rollup").read()
    print(made, re.search(r"Private_Dirty:\\s+(\\d+)", told)[1], flush=True)
    os._exit(0)
os.wait()
"""


def copied(way: str) -> tuple[int, float]:
    """How many objects were made immortal, and how many MB a child copied by reading them."""
    told = subprocess.run([sys.executable, "-c", PARTING, way], capture_output=True, text=True, check=True)  # fmt: skip
    made, kib = map(int, told.stdout.split())
    return made, kib / 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_reading_what_the_parent_made_copies_nothing():
    made, mb = copied("shared")
    _none, mb_without = copied("alone")

    if not made:
        pytest.skip("this interpreter is not known")
    # A list of what was read is the child's own either way.
    assert mb < mb_without / 2
