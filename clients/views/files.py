"""Files of a client: added, listed, served by right, taken off the card."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import panels, rights
from clients.actions import bin as bin_actions
from clients.actions import files as actions
from clients.models import Client, ClientFile
from clients.views.bin import thrown
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of

PAGE = 50
MOST_AT_ONCE = 20
# A kept file is a stranger's content: even opened in a frame it may run nothing.
POLICY = "default-src 'none'; sandbox"


def _client(request: SignedRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


def _file(request: SignedRequest, pk: int) -> ClientFile:
    seen = Client.objects.visible_to(request.user)
    return get_object_or_404(
        ClientFile.objects.select_related("client"), pk=pk, client__in=seen
    )


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.view_clientfile"], raise_exception=True
)
def files(request: SignedRequest, pk: int) -> HttpResponse:
    """All files of a card; posting adds some."""
    client = _client(request, pk)
    refusals: list[str] = []
    if request.method == "POST":
        refusals = _keep(request, client)
        if htmx_of(request):
            context = {
                **panels.files(client, request.user),
                "client": client,
                "can": rights.on_card(request.user, client),
                "refusals": refusals,
            }
            status = 422 if refusals else 200
            return render(request, "clients/card_files.html", context, status=status)
        if not refusals:
            messages.success(request, _("The files are on the card."))
            return redirect(request.path)
    shown, before = _page(client, request.GET.get("before", ""))
    context = {
        "client": client,
        "can": rights.on_card(request.user, client),
        "files": shown,
        "before": before,
        "refusals": refusals,
    }
    return render(
        request, "clients/files.html", context, status=422 if refusals else 200
    )


def _page(client: Client, before: str) -> tuple[list[ClientFile], int | None]:
    """A page of the live files, newest first, and the id before which the next page begins."""
    live = ClientFile.objects.filter(client=client, archived_at=None)
    if before.isascii() and before.isdigit() and len(before) < 19:
        live = live.filter(pk__lt=before)
    found = list(live.select_related("uploaded_by").order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _keep(request: SignedRequest, client: Client) -> list[str]:
    """Keep what was sent; the sentences about what was not."""
    if not rights.on_card(request.user, client).upload:
        raise PermissionDenied
    if getattr(request, "upload_refused", False):
        return [str(actions.too_large(_("The file")))]
    sent = request.FILES.getlist("file")[:MOST_AT_ONCE]
    if not sent:
        return [_("Choose a file.")]
    refusals = []
    for upload in sent:
        try:
            actions.keep_file(
                client=client, upload=upload, by=request.user, at=timezone.now()
            )
        except DomainError as error:
            refusals.append(str(error))
    return refusals


@require_GET
@permission_required(
    ["clients.view_client", "clients.view_clientfile"], raise_exception=True
)
def file_download(request: SignedRequest, pk: int) -> FileResponse:
    """The bytes, always as an attachment: the browser never shows a stranger's file on our address."""
    file = _file(request, pk)
    try:
        opened = file.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    journal.record(
        "file.opened", file.client, by=request.user, at=timezone.now(), file=file.pk
    )
    response = FileResponse(
        opened, as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@permission_required(
    ["clients.view_client", "clients.view_clientfile"], raise_exception=True
)
def file_archive(request: SignedRequest, pk: int) -> HttpResponse:
    """Who put a file on the card may take it off, and so may those with the right to remove files."""
    file = _file(request, pk)
    own = file.uploaded_by_id == request.user.pk
    if file.client.archived_at or not (
        own or request.user.has_perm("clients.delete_clientfile")
    ):
        raise PermissionDenied
    entry = bin_actions.throw_away(thing=file, by=request.user, at=timezone.now())
    return thrown(
        request,
        entry,
        _("In the bin: %s.") % file,
        to=reverse("clients:files", args=[file.client_id]),
    )
