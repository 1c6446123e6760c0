"""Trying the rules of performers: whom would each stage of a process get for a client?"""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clients import searching
from clients.models import Client
from deals.performers import choose_performer
from pipeline.models import PerformerRule, Process
from pipeline.norms import narrowest
from pipeline.segments import Segment
from salesexpert.accounts.requests import SignedRequest

FEW = 8


@require_GET
@permission_required("pipeline.manage_processes", raise_exception=True)
def trial(request: SignedRequest, pk: int) -> HttpResponse:
    process = get_object_or_404(Process, pk=pk)
    visible = Client.objects.visible_to(request.user)
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    asked = request.GET.get("client", "")
    client, found, rows = None, [], []
    if asked:
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        client = get_object_or_404(
            visible.select_related("curator", "region", "industry", "group"),
            pk=int(asked) if known else 0,
        )
        stages = process.stages.in_use().order_by("position")
        for stage in stages.prefetch_related("norms"):
            rules = list(
                PerformerRule.objects.filter(stage=stage).select_related(
                    "user", "department"
                )
            )
            norm = narrowest(stage.norms.all(), Segment.of(client))
            rows.append(
                {
                    "stage": stage,
                    "choice": choose_performer(stage, client, rules),
                    "norm": norm.days if norm else stage.norm_days,
                    "norm_of_segment": bool(norm and norm.days != stage.norm_days),
                }
            )
    elif typed and (query := searching.read_query(typed)):
        live = searching.matching(visible.live(), query)
        found = list(live.select_related("legal_form").order_by("folded", "pk")[:FEW])
    context = {
        "process": process,
        "client": client,
        "rows": rows,
        "found": found,
        "q": typed,
    }
    return render(request, "deals/performer_trial.html", context)
