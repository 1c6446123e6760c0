"""Settings of inquiries: forms of sites with their snippets, rules of distribution and trying them, terms of answers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import distribution, phones
from clients.actions import intake as actions
from clients.distribution import Traits
from clients.forms.intake import RuleForm, SiteFormForm, TermsForm, TryForm
from clients.inquiry_choices import Channel
from clients.intake_preferences import term_from
from clients.models import DistributionRule, SiteForm
from salesexpert.accounts.requests import SignedRequest

may_manage = permission_required("clients.manage_intake", raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_manage
def intake(request: SignedRequest) -> HttpResponse:
    post = request.method == "POST"
    form = TermsForm(request.POST if post else None)
    if post and form.is_valid():
        actions.save_terms(form.values(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("clients:intake")
    context = {
        "form": form,
        "forms": list(SiteForm.objects.order_by("retired_at", "pk")),
        "rules": [_told(rule) for rule in distribution.rules()],
    }
    return render(request, "clients/intake.html", context, status=422 if post else 200)


def _told(rule: DistributionRule) -> dict[str, Any]:
    """A rule in words: for whom, to whom."""
    labels = dict(Channel.choices)
    what = [str(labels[c]) for c in rule.channels if c in labels]
    for rows in (
        rule.regions,
        rule.industries,
        rule.products,
        rule.campaigns,
        rule.forms,
    ):
        what += [str(row) for row in rows.all()]
    who = [str(person) for person in rule.people.all()]
    if rule.department:
        who.append(str(rule.department))
    return {"rule": rule, "what": what, "who": who}


@require_http_methods(["GET", "POST"])
@may_manage
def site_form_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    """A form of a site and, once it is saved, what is pasted into the site."""
    known = get_object_or_404(SiteForm, pk=pk) if pk else SiteForm()
    post = request.method == "POST"
    form = SiteFormForm(request.POST if post else None, instance=known)
    if post and form.is_valid():
        saved = actions.save_form(form.filled(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("clients:site_form_edit", saved.pk)
    context: dict[str, Any] = {"form": form, "site_form": known if pk else None}
    if pk:
        context |= _snippets(request, known)
    return render(request, "clients/intake_form.html", context, status=422 if post else 200)  # fmt: skip


def _snippets(request: SignedRequest, form: SiteForm) -> dict[str, str]:
    def address(path: str) -> str:
        return request.build_absolute_uri(path)

    return {
        "snippet": (
            f'<link rel="stylesheet" href="{address(static("css/site-form.css"))}">\n'
            f'<div data-sales-expert="{form.key}"></div>\n'
            f'<script src="{address(static("js/site-form.js"))}" defer></script>'
        ),
        "endpoint": address(f"/site-form/{form.key}/"),
    }


@require_POST
@may_manage
def site_form_key(request: SignedRequest, pk: int) -> HttpResponse:
    form = get_object_or_404(SiteForm, pk=pk)
    actions.change_key(form.pk, by=request.user, at=timezone.now())
    messages.success(request, _("The old key is dead: paste the new snippet into the site."))  # fmt: skip
    return redirect("clients:site_form_edit", form.pk)


@require_POST
@may_manage
def site_form_retire(request: SignedRequest, pk: int) -> HttpResponse:
    form = get_object_or_404(SiteForm, pk=pk)
    actions.set_retired(form.pk, retired=form.retired_at is None, by=request.user, at=timezone.now())  # fmt: skip
    return redirect("clients:intake")


@require_http_methods(["GET", "POST"])
@may_manage
def rule_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    known = get_object_or_404(DistributionRule, pk=pk) if pk else DistributionRule()
    post = request.method == "POST"
    form = RuleForm(request.POST if post else None, instance=known)
    if post and form.is_valid():
        many = {name: form.cleaned_data[name] for name in actions.MANY}
        actions.save_rule(form.save(commit=False), many, by=request.user, at=timezone.now())  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("clients:intake")
    context = {"form": form, "rule": known if pk else None}
    return render(request, "clients/intake_rule.html", context, status=422 if post else 200)  # fmt: skip


@require_POST
@may_manage
def rule_move(request: SignedRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(DistributionRule, pk=pk)
    actions.move_rule(rule.pk, up=request.POST.get("to") == "up")
    return redirect("clients:intake")


@require_POST
@may_manage
def rule_remove(request: SignedRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(DistributionRule, pk=pk)
    actions.remove_rule(rule.pk, by=request.user, at=timezone.now())
    messages.success(request, _("Removed. Inquiries given by it stay where they are."))
    return redirect("clients:intake")


@require_GET
@may_manage
def intake_try(request: SignedRequest) -> HttpResponse:
    """Who would get such an inquiry now, why, by when it must be answered, and who comes after him."""
    asked = "channel" in request.GET
    form = TryForm(request.GET if asked else None)
    given = due = None
    if asked and form.is_valid():
        chosen, now = form.cleaned_data, timezone.now()

        def pk(name: str) -> int | None:
            return chosen[name].pk if chosen[name] else None

        traits = Traits(
            channel=chosen["channel"] or Channel.SITE,
            region=pk("region"),
            industry=pk("industry"),
            campaign=pk("campaign"),
            form=pk("form"),
            products=frozenset([chosen["product"].pk] if chosen["product"] else []),
        )
        numbers = [n.e164 for n in phones.read(chosen["phone"]) if n.e164]
        client = distribution.known_client(inn="", phones=numbers, emails=()) if numbers else None  # fmt: skip
        given = distribution.choose(traits, client=client, at=now)
        due = term_from(now, given.rule.answer_minutes if given.rule else None)
    context = {"form": form, "given": given, "due": due}
    return render(request, "clients/intake_try.html", context)
