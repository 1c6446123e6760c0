"""Who may open the pages of the import: whoever may load anything; of the imports, those of what he may load."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from clients.importing import rights
from clients.models import ImportJob
from salesexpert.accounts.requests import SignedRequest


def may_import(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: SignedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rights.entities_of(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def job_or_404(request: SignedRequest, pk: int) -> ImportJob:
    return get_object_or_404(
        ImportJob.objects.visible_to(request.user).select_related(
            "created_by", "reverted_by", "remembered"
        ),
        pk=pk,
    )
