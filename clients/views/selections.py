"""Saved selections: keep the filters of the list under a name, rename, share, delete."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clients.actions import bin as bin_actions
from clients.list_base import canonical
from clients.models import Selection
from clients.views.bin import thrown
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import go_to, render_dialog

MOST = 50
# The page of each list that selections are kept of.
LISTS = {
    "client": "clients:list",
    "deal": "deals:list",
    "inquiry": "clients:inquiries",
    "call": "telephony:calls",
    "panel": "analytics:panel",
    **{
        f"report-{name}": f"analytics:{name}"
        for name in ("funnel", "deals", "refusals", "stalled", "norms", "forecast", "cash", "paying", "effort", "procedure", "receivables", "completeness", "ladder", "competitors", "load")
    },
}  # fmt: skip


class SelectionForm(forms.ModelForm):
    """Name and sharing. `parameters` come with a new selection only."""

    class Meta:
        model = Selection
        fields = ["name", "is_shared"]
        labels = {"is_shared": gettext_lazy("Show to everyone")}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = Selection.objects.filter(
            owner=self.instance.owner, entity=self.instance.entity, name__iexact=name
        ).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(
                _("You already have a selection with this name.")
            )
        return name

    def clean(self) -> None:
        if self.instance.entity not in LISTS:
            raise forms.ValidationError(_("There is no such list or report: open one and keep its view from there."))  # fmt: skip
        owned = Selection.objects.filter(owner=self.instance.owner).count()
        if self.instance.pk is None and owned >= MOST:
            raise forms.ValidationError(
                _("You have %d selections: delete those you no longer use.") % MOST
            )


def _form(request: HttpRequest, selection: Selection) -> SelectionForm:
    form = SelectionForm(
        request.POST if request.method == "POST" else None, instance=selection
    )
    if not request.user.has_perm("clients.share_selection"):
        del form.fields["is_shared"]
    return form


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_client", raise_exception=True)
def selection_new(request: HttpRequest) -> HttpResponse:
    """A dialog that keeps the list's present filters under a name."""
    given = request.POST if request.method == "POST" else request.GET
    parameters = canonical(QueryDict(given.get("parameters", "")[:8000]))
    entity = given.get("entity", "client")
    selection = Selection(
        owner=cast(User, request.user),
        entity=entity if entity in LISTS else "",
        parameters=parameters,
    )
    return _save(request, selection)


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_client", raise_exception=True)
def selection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or share one's own selection, or give it the list's present filters."""
    selection = get_object_or_404(Selection.objects, pk=pk, owner=request.user)
    return _save(request, selection)


def _save(request: HttpRequest, selection: Selection) -> HttpResponse:
    form = _form(request, selection)
    if request.method == "POST" and form.is_valid():
        form.save()
        return go_to(request, _address(selection))
    status = 422 if form.is_bound else 200
    of_figures = selection.entity == "panel" or selection.entity.startswith("report-")
    context = {"form": form, "selection": selection, "of_figures": of_figures}
    return render_dialog(
        request,
        "clients/selection_form.html",
        context,
        title=_("View of a report") if of_figures else _("Selection"),
        status=status,
    )


@require_POST
@permission_required("clients.view_client", raise_exception=True)
def selection_delete(request: HttpRequest, pk: int) -> HttpResponse:
    selection = get_object_or_404(Selection.objects, pk=pk, owner=request.user)
    entry = bin_actions.throw_away(
        thing=selection, by=cast(User, request.user), at=timezone.now()
    )
    text = _("In the bin: %s.") % selection
    return thrown(cast(SignedRequest, request), entry, text, to=reverse("clients:list"))


def _address(selection: Selection) -> str:
    address = reverse(LISTS.get(selection.entity, "clients:list"))
    return f"{address}?{selection.parameters}" if selection.parameters else address
