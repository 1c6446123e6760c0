"""Whether the DNS of a sender's domain says what receivers look for: SPF, DKIM, DMARC. And what to write there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import dns.exception
import dns.name
import dns.resolver
from django.utils.translation import gettext as _

from salesexpert.outbox.models import SigningKey

State = Literal["good", "missing", "wrong", "unknown", "not_asked"]
Ask = Callable[[str], list[str]]
SECONDS = 3.0


class CouldNotAsk(Exception):
    """No name server answered: that says nothing about the domain."""


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is the record's name, `wanted` what to write there, `found` what stands there now."""

    title: str
    about: str
    name: str
    wanted: str
    state: State
    found: str = ""
    advice: str = ""


def texts_of(name: str) -> list[str]:
    """The TXT records of a name; none where there is no such name. Raises CouldNotAsk."""
    resolver = dns.resolver.Resolver()
    try:
        answer = resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise CouldNotAsk(str(error)) from error
    return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]


def check(
    domain: str, key: SigningKey | None, *, hosts: list[str], ask: Ask | None
) -> list[Check]:
    """The three records of a domain; without `ask` only what they should say."""
    return [_spf(domain, hosts, ask), *([_dkim(key, ask)] if key else []), _dmarc(domain, ask)]  # fmt: skip


def _asked(ask: Ask | None, name: str, begin: str) -> tuple[State, list[str]]:
    """ "good" is only that something stands there: the caller looks closer."""
    if ask is None:
        return "not_asked", []
    try:
        texts = ask(name)
    except CouldNotAsk:
        return "unknown", []
    found = [text for text in texts if text.lower().replace(" ", "").startswith(begin)]
    return ("good" if found else "missing"), found


def _spf(domain: str, hosts: list[str], ask: Ask | None) -> Check:
    state, found = _asked(ask, domain, "v=spf1")
    advice = ""
    if len(found) > 1:
        state, advice = "wrong", _("There are several SPF records: receivers then heed none. Join them into one.")  # fmt: skip
    elif found and "+all" in found[0].lower().split():
        state, advice = "wrong", _("“+all” lets everybody send in your name.")
    elif found and not any(_mentions(found[0], host) for host in hosts):
        advice = _("Make sure that it names your mail service: its help pages tell the “include:” to add.")  # fmt: skip
    wanted = " ".join(["v=spf1", *(f"a:{host}" for host in hosts), "mx", "~all"])
    return Check(
        title="SPF",
        about=_("Which servers send letters of the domain."),
        name=domain,
        wanted=wanted,
        state=state,
        found="\n".join(found),
        advice=advice,
    )


def _mentions(record: str, host: str) -> bool:
    base = ".".join(host.lower().split(".")[-2:])
    return base in record.lower()


def _dkim(key: SigningKey, ask: Ask | None) -> Check:
    name = f"{key.selector}._domainkey.{key.domain}"
    state, found = _asked(ask, name, "")
    advice = ""
    if found:
        parts = dict(
            part.strip().split("=", 1) for part in found[0].split(";") if "=" in part
        )
        if "".join(parts.get("p", "").split()) != key.public:
            state, advice = "wrong", _("Another key stands there: letters signed with ours would be taken for forged.")  # fmt: skip
    return Check(
        title="DKIM",
        about=_("The public half of the key that letters are signed with."),
        name=name,
        wanted=f"v=DKIM1; k=rsa; p={key.public}",
        state=state,
        found="\n".join(found),
        advice=advice,
    )


def _dmarc(domain: str, ask: Ask | None) -> Check:
    name = f"_dmarc.{domain}"
    state, found = _asked(ask, name, "v=dmarc1")
    advice = ""
    if len(found) > 1:
        state, advice = "wrong", _("There are several DMARC records: receivers then heed none.")  # fmt: skip
    elif found and "p=none" in found[0].lower().replace(" ", ""):
        advice = _("“p=none” only watches. When reports show no strangers, set “p=quarantine”.")  # fmt: skip
    return Check(
        title="DMARC",
        about=_("What receivers do with letters that pass neither check."),
        name=name,
        wanted=f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        state=state,
        found="\n".join(found),
        advice=advice,
    )
