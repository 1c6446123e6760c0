"""What a person changes about himself."""

from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from salesexpert.accounts import devices
from salesexpert.accounts.actions import people
from salesexpert.accounts.choices import Theme
from salesexpert.accounts.forms.entrance import ChangePasswordForm
from salesexpert.accounts.forms.people import ProfileForm
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.views.entrance import safe_next


@require_POST
def theme(request: SignedRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponseBadRequest()
    request.user.theme = chosen
    request.user.save(update_fields=["theme"])
    return redirect(safe_next(request))


@require_http_methods(["GET", "POST"])
def profile(request: SignedRequest) -> HttpResponse:
    # The form writes into a copy: the frame of a refused page must not show what was not saved.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            person.save(update_fields=form.changed_data)
            people.tell(
                "user.changed",
                person,
                by=person,
                at=timezone.now(),
                fields=form.changed_data,
            )
        with translation.override(person.language):
            messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def security(request: SignedRequest) -> HttpResponse:
    """Password, second factor and the places where one is signed in."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    if request.method == "POST":
        limit = ratelimit.consume(
            request,
            app="allauth.account",
            action="change_password",
            user=request.user,
        )
        if limit is None:
            return render(request, "429.html", status=429)
        if form.is_valid():
            people.set_password(
                user=request.user,
                password=form.cleaned_data["password1"],
                at=timezone.now(),
            )
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            messages.success(
                request, _("The password is changed. Other devices are signed out.")
            )
            return redirect("accounts:security")
    return _security_page(request, form, status=422 if form.is_bound else 200)


def _security_page(
    request: SignedRequest, form: ChangePasswordForm, status: int
) -> HttpResponse:
    current = request.session.session_key
    sessions = [
        {
            "pk": session.pk,
            "device": devices.describe(session.user_agent),
            "is_phone": devices.is_phone(session.user_agent),
            "ip": session.ip,
            "since": session.created_at,
            "current": session.session_key == current,
        }
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    sessions.sort(key=lambda s: (not s["current"], -s["since"].timestamp()))
    authenticators = {
        a.type: a.wrap() for a in Authenticator.objects.filter(user=request.user)
    }
    codes = authenticators.get(Authenticator.Type.RECOVERY_CODES)
    role = request.user.role
    context = {
        "form": form,
        "sessions": sessions,
        "has_second_factor": Authenticator.Type.TOTP in authenticators,
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "second_factor_required": bool(role and role.requires_second_factor),
    }
    return render(request, "accounts/security.html", context, status=status)


@require_POST
def end_session(request: SignedRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        session.end()
        logout(request)
        return redirect("account_login")
    session.end()
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:security")


@require_POST
def end_sessions(request: SignedRequest) -> HttpResponse:
    """Sign out on all other devices, or with `everywhere` on this one too."""
    everywhere = "everywhere" in request.POST
    people.end_sessions(
        user=request.user, but=None if everywhere else request.session.session_key
    )
    if everywhere:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("All other devices are signed out."))
    return redirect("accounts:security")
