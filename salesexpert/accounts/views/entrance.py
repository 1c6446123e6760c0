"""What people see before they are in: language, forgotten password, links from letters."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts import links
from salesexpert.accounts.actions import people
from salesexpert.accounts.forms.entrance import AskResetForm, NewPasswordForm


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where the form says to return to, if that is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else default


def within_limit(request: HttpRequest, action: str, key: str | None = None) -> bool:
    """Count this request against `ACCOUNT_RATE_LIMITS[action]`; False when it is one too many."""
    usage = ratelimit.consume(
        request, app="allauth.account", action=action, key=key, limit_get=True
    )
    return usage is not None


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language: by cookie before signing in, in the profile after."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated and request.user.language != chosen:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    answer = redirect(safe_next(request))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
    )
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
@login_not_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link by name or e-mail. The answer is the same whether anybody is called so."""
    form = AskResetForm(request.POST or None)
    if request.method == "POST":
        if not within_limit(request, "reset_password"):
            return render(request, "429.html", status=429)
        if form.is_valid():
            login = form.cleaned_data["login"]
            if within_limit(request, "reset_letter", key=login.strip().lower()):
                people.send_reset(login=login, at=timezone.now())
            return redirect("accounts:forgotten_sent")
    return render(request, "account/forgotten.html", {"form": form})


@require_GET
@login_not_required
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/forgotten_sent.html")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@login_not_required
def set_password(request: HttpRequest, purpose: str, token: str) -> HttpResponse:
    """Choose a password by the link of an invitation or of a reset letter."""
    if purpose not in links.PURPOSES:
        raise Http404
    if not within_limit(request, "open_link"):
        return render(request, "429.html", status=429)
    user = links.read_token(token, links.PURPOSES[purpose])
    if user is None:
        return render(
            request, "account/link_expired.html", {"purpose": purpose}, status=410
        )
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        people.set_password(
            user=user, password=form.cleaned_data["password1"], at=timezone.now()
        )
        logout(request)
        messages.success(request, _("The password is set. Sign in with it."))
        return redirect("account_login")
    return render(
        request,
        "account/set_password.html",
        {"form": form, "person": user, "purpose": purpose},
    )
