"""Settings of mail: servers that take our letters, the keys that sign them, what the DNS says of the sender."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.core.errors import DomainError
from salesexpert.outbox import dns_checks, servers, wires
from salesexpert.outbox.choices import LetterStatus
from salesexpert.outbox.forms import MailAccountForm
from salesexpert.outbox.models import Letter, MailAccount, SigningKey

may_manage = permission_required("outbox.manage_mail", raise_exception=True)
MOST_WAITING = 1000


@require_GET
@may_manage
def mail_servers(request: HttpRequest) -> HttpResponse:
    rows = list(MailAccount.objects.all())
    options: Any = settings.MAILERS["default"].get("OPTIONS", {})
    queued = Letter.objects.filter(status=LetterStatus.QUEUED)
    context = {
        "accounts": [
            (row, queued.filter(account=row).values("pk")[:MOST_WAITING].count())
            for row in rows
        ],
        "most_waiting": MOST_WAITING,
        "has_catcher": bool(settings.MAIL_CATCHER_DIR),
        "catches": wires.catches(),
        "environment": options.get("host", ""),
    }
    return render(request, "outbox/servers.html", context)


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def mail_server(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    shown = get_object_or_404(MailAccount, pk=pk) if pk else MailAccount()
    if request.method == "GET":
        return _drawn(request, shown, MailAccountForm(instance=shown))
    form = MailAccountForm(request.POST, instance=shown)
    if not form.is_valid():
        # What the refused form wrote into the row is not what is kept.
        kept = get_object_or_404(MailAccount, pk=pk) if pk else MailAccount()
        return _drawn(request, kept, form)
    saved = servers.save(
        form.save(commit=False),
        password=form.cleaned_data["password"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Saved. Now try it out."))
    return redirect("outbox:server", saved.pk)


def _drawn(
    request: HttpRequest, shown: MailAccount, form: MailAccountForm
) -> HttpResponse:
    context: dict[str, Any] = {"account": shown, "form": form, "to": request.user.email}  # type: ignore[union-attr]
    status = 422 if form.is_bound else 200
    return render(request, "outbox/server.html", context, status=status)


@require_POST
@may_manage
def mail_server_trial(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(MailAccount, pk=pk)
    to = request.user.email  # type: ignore[union-attr]
    if not to:
        messages.error(request, _("Your profile has no e-mail address to send the trial to."))  # fmt: skip
        return redirect("outbox:server", pk)
    try:
        servers.try_out(account, to=to)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It works: the server took a letter to %(to)s.") % {"to": to})  # fmt: skip
    return redirect("outbox:server", pk)


@require_POST
@may_manage
def mail_server_default(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(MailAccount, pk=pk)
    servers.make_default(account, by=request.user, at=timezone.now())
    return redirect("outbox:servers")


@require_POST
@may_manage
def mail_leaving(request: HttpRequest) -> HttpResponse:
    if not settings.MAIL_CATCHER_DIR:
        raise Http404
    servers.set_leaving(request.POST.get("leaves") == "yes", by=request.user, at=timezone.now())  # fmt: skip
    return redirect("outbox:servers")


@require_GET
@may_manage
@never_cache
def mail_domains(request: HttpRequest) -> HttpResponse:
    """Each domain that letters come from, with its records; the DNS is asked about the one named by `check`."""
    keys = {key.domain: key for key in SigningKey.objects.all()}
    hosts = sorted({x.host for x in MailAccount.objects.in_use()})
    asked = request.GET.get("check", "")
    found = []
    for domain in servers.domains():
        ask = dns_checks.texts_of if domain == asked else None
        key = keys.get(domain)
        found.append((domain, key, dns_checks.check(domain, key, hosts=hosts, ask=ask)))
    return render(request, "outbox/domains.html", {"domains": found, "asked": asked})


@require_POST
@may_manage
def mail_key(request: HttpRequest) -> HttpResponse:
    """Make the key of a domain, or begin and end to sign with it."""
    domain = request.POST.get("domain", "")
    if domain not in servers.domains():
        raise Http404
    use = request.POST.get("use", "")
    if use:
        key = get_object_or_404(SigningKey, domain=domain)
        servers.use_key(key, use=use == "yes", by=request.user, at=timezone.now())
    else:
        servers.make_key(domain, by=request.user, at=timezone.now())
    return redirect("outbox:domains")
