"""Memory that a child shares with the process it parts from, measured in processes of their own."""

import subprocess
import sys

import pytest

from salesexpert import sharing

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


GAPS = """
import random, sys
from salesexpert import sharing

many = [bytes(random.randrange(450)) for _ in range(100_000)]
random.shuffle(many)
del many[50_000:]
pools = {id(one) // sharing.POOL for one in many}
if sys.argv[1] == "filled":
    sharing.share()
new = [bytes(size) for size in range(20, 450) for _ in range(10)]
print(sum(id(one) // sharing.POOL in pools for one in new) / len(new))
"""


@pytest.mark.skipif(sys.version_info[:2] not in sharing.KNOWN, reason="not known")
def test_new_objects_do_not_lie_between_those_of_the_parent():
    """Each would copy the page around it into the child that made it."""

    def among(way: str) -> float:
        told = subprocess.run([sys.executable, "-c", GAPS, way], capture_output=True, text=True, check=True)  # fmt: skip
        return float(told.stdout)

    assert among("open") > 0.5
    assert among("filled") < 0.1
