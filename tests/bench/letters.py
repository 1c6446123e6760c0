"""Letters a second from the outbox to a mail server on loopback: `python -m tests.bench.letters`.

Beside it the limit: a bare loop that builds the same messages and sends them over one connection by smtplib. The outbox's
time runs from the first letter that the server took to the last, so that the start of the workers does not count.
"""

import argparse
import json
import smtplib
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.outbox.running import Works, works

SUBJECT = "Новинки сезона"
TEXT = "Здравствуйте! Посылаем прайс-лист.\n" * 20
HTML = "<p>Здравствуйте! Посылаем прайс-лист.</p>" * 20


def bare(at: Works, letters: int) -> float:
    """Letters a second of the bare loop, built by the library as Django builds them."""
    from django.core.mail import EmailMultiAlternatives

    from salesexpert.outbox.wires import POLICY

    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", at.port) as smtp:
        for number in range(letters):
            message = EmailMultiAlternatives(
                SUBJECT, TEXT, "sales@firm.example", [f"b{number}@obrazec.example"]
            )
            message.attach_alternative(HTML, "text/html")
            made: EmailMessage = message.message(policy=POLICY)
            smtp.sendmail(
                "sales@firm.example", [f"b{number}@obrazec.example"], made.as_bytes()
            )
    return letters / (time.monotonic() - began)


def outbox(at: Works, letters: int, processes: int) -> float:
    """Letters a second of the outbox with so many worker processes."""
    from django.utils import timezone

    from salesexpert.outbox import actions, tasks
    from salesexpert.outbox.models import MailAccount

    account = MailAccount.objects.create(
        name=str(processes), from_address="sales@firm.example", host="127.0.0.1", port=at.port,
        security="none", connections=processes, created_at=timezone.now(),
    )  # fmt: skip
    for begin in range(0, letters, 500):
        new = [
            actions.NewLetter(f"c{n}@obrazec.example", SUBJECT, TEXT, HTML)
            for n in range(begin, min(begin + 500, letters))
        ]
        # Nobody works yet, so the doorbells ring below.
        actions.queue_letters(new, kind="bench", at=timezone.now(), account=account)
    at.wait(sys.maxsize, seconds=0)
    before = len(at.received())
    worker = at.start_worker(processes)
    for _bell in range(processes):
        tasks.ring_due(account.pk)
    arrived = at.wait(letters, seconds=letters)
    at.kill(worker)
    if arrived < letters:
        raise RuntimeError(f"only {arrived} of {letters} letters arrived")
    moments = [moment for moment, _to, _name in at.received()[before:]]
    return (len(moments) - 1) / (max(moments) - min(moments))


def measured(letters: int, processes: list[int]) -> dict[str, Any]:
    with works() as at:
        at.use_here()
        found: dict[str, Any] = {"bare loop": bare(at, letters)}
        for count in processes:
            found[f"{count} process{'es' if count > 1 else ''}"] = outbox(
                at, letters, count
            )
        found["bare loop again"] = bare(at, letters)
        from django.db import connection

        connection.close()
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.letters", description=__doc__
    )
    parser.add_argument("--letters", type=int, default=2000)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--json", help="a file that gets the figures as well")
    wishes = parser.parse_args(arguments)
    found = measured(wishes.letters, wishes.processes)
    if wishes.json:
        Path(wishes.json).write_text(json.dumps(found), encoding="utf-8")
    limit = (found["bare loop"] + found["bare loop again"]) / 2
    print("| | letters a second | of the bare loop |\n|---|---:|---:|")
    for name, rate in found.items():
        print(f"| {name} | {rate:.0f} | {rate / limit:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
