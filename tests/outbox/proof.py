"""Every addressee gets his letter, whoever dies: `python -m tests.outbox.proof` (10,000 letters, 20 kills; some minutes).

A mailing goes to many firms: workers make its letters and send them to a real mail server on loopback. Meanwhile workers are
killed with -9, Valkey is restarted (and forgets every doorbell), PostgreSQL is restarted, and the page of the mailing is read
again and again. Then it is counted: nobody without a letter, no more doubles than killed processes, every row says "sent"; at no
time did a row, or the page, say "sent" of a letter that the server did not have, nor did the page's figures fail to add up.
Exit code 0 only if all of that holds.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from tests.outbox.running import Works, works

# A process that is killed gives no sign of life for so long before its letters go to another.
LOST_AFTER = 6
SWEEP_EVERY = 2.0


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.outbox.proof", description=__doc__
    )
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=30, help="give up after")
    return parser.parse_args(arguments)


def prove(at: Works, wishes: argparse.Namespace) -> dict[str, Any]:
    at.use_here()
    from django.conf import settings
    from django.db import DatabaseError, InterfaceError, connection
    from django.test import Client as HttpClient
    from django.test import override_settings
    from django.utils import timezone

    from mailing import schedule
    from salesexpert.outbox import actions
    from salesexpert.outbox.models import Letter
    from tests.factories import UserFactory
    from tests.outbox import mailed

    chance = random.Random(wishes.seed)
    author = UserFactory(preset="head_of_marketing")
    # Nothing is collected here, and a page asked while the database is away fails as it would in life.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}).enable()
    http = HttpClient(raise_request_exception=False, headers={"host": "localhost"})
    http.force_login(author, backend="salesexpert.accounts.backends.RoleBackend")
    mailing = mailed.begun(wishes.letters, by=author)
    began = time.monotonic()
    for _worker in range(wishes.workers):
        at.start_worker()
    # Spread over the run by what has arrived: so many letters, and the next misfortune happens.
    deeds = ["kill"] * wishes.kills
    deeds.insert(len(deeds) // 3, "valkey")
    deeds.insert(2 * len(deeds) // 3, "postgres")
    step = wishes.letters / (len(deeds) + 1)
    when = [int(step * (n + 1) - chance.random() * step / 2) for n in range(len(deeds))]
    done: Counter[str] = Counter()
    untrue = looks = wrong = 0
    swept = 0.0
    over = False
    while time.monotonic() - began < wishes.minutes * 60:
        received = at.received()
        names = {name for _at, _to, name in received}
        if deeds and len(names) >= when[0]:
            when.pop(0)
            deed = deeds.pop(0)
            if deed == "kill":
                at.kill(at.workers[0])
                at.start_worker()
            elif deed == "valkey":
                at.restart_valkey()
            else:
                connection.close()
                at.restart_postgres()
            done[deed] += 1
        if time.monotonic() - swept > SWEEP_EVERY:
            swept = time.monotonic()
            with suppress(DatabaseError, InterfaceError):
                # Beat does this every minute; here nobody has so much time.
                actions.settle_abandoned(at=timezone.now())
                actions.ring_due(at=timezone.now())
                schedule.ring_mailings()
                told = set(Letter.objects.filter(status="sent").values_list("message_id", flat=True))  # fmt: skip
                untrue += len(told - {name for _at, _to, name in at.received()})
                says = mailed.told(http, mailing)
                if says.figures:
                    looks += 1
                    arrived = len({name for _at, _to, name in at.received()})
                    wrong += says.figures["sent"] > arrived
                    wrong += says.total != wishes.letters
                    over = says.figures["sent"] == wishes.letters
                mailing.refresh_from_db(fields=["state"])
                if over and mailing.state == "done" and not deeds:
                    break
        at.wait(20, seconds=0.2)
    seconds = time.monotonic() - began
    received = at.received()
    addressees = Counter(to for _at, to, _name in received)
    states = Counter(Letter.objects.values_list("status", flat=True))
    connection.close()
    return {
        "letters": wishes.letters,
        "seconds": round(seconds, 1),
        "killed": done["kill"],
        "valkey_restarted": done["valkey"],
        "postgres_restarted": done["postgres"],
        "received": len(received),
        "addressees": len(addressees),
        "lost": wishes.letters - len(addressees),
        "doubles": len(received) - len(addressees),
        "most_to_one": max(addressees.values(), default=0),
        "rows": dict(states),
        "rows_that_said_sent_too_early": untrue,
        "looks_at_the_page": looks,
        "looks_at_which_it_was_wrong": wrong,
        "page_says_sent_at_the_end": wishes.letters if over else None,
        "mailing": mailing.state,
    }


def holds(found: dict[str, Any]) -> bool:
    return (
        found["lost"] == 0
        and found["doubles"] <= found["killed"]
        and found["rows"] == {"sent": found["letters"]}
        and found["rows_that_said_sent_too_early"] == 0
        and found["looks_at_which_it_was_wrong"] == 0
        and found["page_says_sent_at_the_end"] == found["letters"]
        and found["mailing"] == "done"
    )


def main(arguments: list[str]) -> int:
    wishes = options(arguments)
    with works(lost_after=LOST_AFTER) as at:
        found = prove(at, wishes)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    good = holds(found)
    print("It holds." if good else "IT DOES NOT HOLD.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
