"""Real files of banks, where this machine has them: what they hold is what was counted in them by hand."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from deals.models import BankStatement, StatementLine

REAL = Path(
    os.environ.get("KL_TO_1C")
    or Path(__file__).parents[2].parent / "shared" / "data" / "kl_to_1c"
)
GOOD = ("no_documents", "one_document", "one_document_utf", "taxdev_4645", "taxdev_4645_utf", "two_accounts", "unknown_direction")  # fmt: skip
REFUSED = ("binary.bin", "empty.txt", "invalid.txt", "statement-131911.txt", "no_end_of_account.txt", "no_end_of_document.txt", "no_end_of_file.txt")  # fmt: skip

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real statements (KL_TO_1C) are not on this machine"),
]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_real_statement_gives_what_was_counted_in_it(name):
    truth = json.loads((REAL / "truth.json").read_text())["files"][f"{name}.txt"]
    out = StringIO()
    call_command("load_statement", str(REAL / f"{name}.txt"), "--json", stdout=out)

    told = json.loads(out.getvalue())
    names = {"in": "incoming", "out": "outgoing", "own_transfer": "own_transfers", "unknown": "unknown"}  # fmt: skip
    assert told["documents"] == truth["documents"]
    for way, key in names.items():
        assert told[key]["count"] == truth["direction_counts"].get(way, 0), way
        assert float(told[key]["sum"]) == float(truth["direction_sums"].get(way, 0)), way  # fmt: skip
    assert told["matched"] + told["unmatched"] == told["incoming"]["count"]
    lines = list(StatementLine.objects.filter(way="in").order_by("pk")[:12])
    assert [(x.number, str(x.amount), x.payer_inn) for x in lines] == [
        (x["number"], f"{float(x['amount']):.2f}", x["payer_inn"]) for x in truth["incoming"]
    ]  # fmt: skip
    came = float(truth["direction_sums"].get("in", 0)) + float(truth["direction_sums"].get("own_transfer", 0))  # fmt: skip
    differs = float(truth["declared_received"]) != came
    assert ("received_differs" in {w["code"] for w in told["warnings"]}) == differs
    if name == "taxdev_4645":
        assert any("66" in w["reason"] and "67" in w["reason"] for w in told["warnings"])  # fmt: skip
    assert {w["account"] for w in told["warnings"] if w["code"] == "unknown_account"} == set(truth["own_accounts"])  # fmt: skip

    again = StringIO()
    call_command("load_statement", str(REAL / f"{name}.txt"), "--json", stdout=again)
    assert json.loads(again.getvalue())["repeated"] == truth["documents"]


@pytest.mark.parametrize("name", REFUSED)
def test_a_damaged_real_file_is_refused_whole_with_the_reason(name):
    with pytest.raises(CommandError, match=r"\w{3,}"):
        call_command("load_statement", str(REAL / name))
    assert not BankStatement.objects.exists()
    assert not StatementLine.objects.exists()
