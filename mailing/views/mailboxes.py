"""Settings of mailboxes: where answers and reports of undelivered letters are read."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mailing import dead_addresses
from mailing.actions import mailboxes as actions
from mailing.mailbox_forms import ClearForm, MailboxForm
from mailing.models import Incoming, Mailbox
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

may_manage = permission_required("outbox.manage_mail", raise_exception=True)
SHOWN = 30


@require_http_methods(["GET", "POST"])
@may_manage
def mailboxes(request: SignedRequest) -> HttpResponse:
    """The mailboxes, what came lately, and a form that lets letters go to an address again."""
    post = request.method == "POST"
    form = ClearForm(request.POST if post else None)
    if post and form.is_valid():
        if dead_addresses.clear(form.cleaned_data["address"]):
            messages.success(request, _("Letters may go to this address again."))
            return redirect("mailing:mailboxes")
        form.add_error("address", _("No letter came back from this address for good."))
    came = Incoming.objects.select_related("letter", "client").order_by("-read_at", "-pk")  # fmt: skip
    context = {
        "mailboxes": Mailbox.objects.all(),
        "came": came[:SHOWN],
        "form": form,
    }
    return render(request, "mailing/mailboxes.html", context, status=422 if post else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def mailbox(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    shown = get_object_or_404(Mailbox, pk=pk) if pk else Mailbox()
    if request.method == "GET":
        return _drawn(request, shown, MailboxForm(instance=shown))
    form = MailboxForm(request.POST, instance=shown)
    if not form.is_valid():
        kept = get_object_or_404(Mailbox, pk=pk) if pk else Mailbox()
        return _drawn(request, kept, form)
    saved = actions.save(
        form.save(commit=False),
        password=form.cleaned_data["password"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Saved. Now try it out."))
    return redirect("mailing:mailbox", saved.pk)


def _drawn(request: SignedRequest, shown: Mailbox, form: MailboxForm) -> HttpResponse:
    context = {"mailbox": shown, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "mailing/mailbox.html", context, status=status)


@require_POST
@may_manage
def mailbox_trial(request: SignedRequest, pk: int) -> HttpResponse:
    try:
        count = actions.try_out(get_object_or_404(Mailbox, pk=pk))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("It opens: %(n)s message in the folder.", "It opens: %(n)s messages in the folder.", count)  # fmt: skip
        messages.success(request, said % {"n": count})
    return redirect("mailing:mailbox", pk)
