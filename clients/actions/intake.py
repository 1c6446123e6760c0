"""Ways by which inquiries come: forms of sites with their keys, rules of distribution, terms of answers."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from clients.models import DistributionRule, SiteForm
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import preferences

MANY = ("regions", "industries", "products", "campaigns", "forms", "people")


@transaction.atomic
def save_form(form: SiteForm, *, by: User, at: datetime) -> SiteForm:
    """Save a site's form; a new one gets its key."""
    if not form.pk:
        form.key = secrets.token_urlsafe(18)
        form.made_at, form.made_by = at, by
    form.save()
    journal.record("intake.form_saved", form, by=by, at=at, name=form.name)
    return form


@transaction.atomic
def change_key(form_id: int, *, by: User, at: datetime) -> SiteForm:
    """A new key instead of an abused one: the old one is dead at once, the snippet must be pasted anew."""
    form = SiteForm.objects.select_for_update(of=["self"]).get(pk=form_id)
    form.key = secrets.token_urlsafe(18)
    form.save(update_fields=["key"])
    journal.record("intake.form_key_changed", form, by=by, at=at, name=form.name)
    return form


@transaction.atomic
def set_retired(form_id: int, *, retired: bool, by: User, at: datetime) -> None:
    form = SiteForm.objects.select_for_update(of=["self"]).get(pk=form_id)
    form.retired_at = at if retired else None
    form.save(update_fields=["retired_at"])
    verb = "intake.form_retired" if retired else "intake.form_restored"
    journal.record(verb, form, by=by, at=at, name=form.name)


@transaction.atomic
def save_rule(
    rule: DistributionRule, many: Mapping[str, Any], *, by: User, at: datetime
) -> DistributionRule:
    """Save a rule with its lists; a new one stands last."""
    if not rule.pk:
        last = DistributionRule.objects.aggregate(last=Max("position"))["last"]
        rule.position = 0 if last is None else last + 1
    rule.save()
    for name in MANY:
        getattr(rule, name).set(many[name])
    journal.record("intake.rule_saved", rule, by=by, at=at, name=rule.name)
    return rule


@transaction.atomic
def move_rule(rule_id: int, *, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens."""
    rules = list(
        DistributionRule.objects.select_for_update().order_by("position", "pk")
    )
    place = next((n for n, rule in enumerate(rules) if rule.pk == rule_id), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
    for position, rule in enumerate(rules):
        rule.position = position
    DistributionRule.objects.bulk_update(rules, ["position"])


@transaction.atomic
def remove_rule(rule_id: int, *, by: User, at: datetime) -> None:
    rule = DistributionRule.objects.select_for_update().get(pk=rule_id)
    journal.record("intake.rule_removed", rule, by=by, at=at, name=rule.name)
    rule.delete()


@transaction.atomic
def save_terms(values: Mapping[str, Any], *, by: User, at: datetime) -> None:
    preferences.put(**values)
    journal.record("intake.terms_saved", by, by=by, at=at)
