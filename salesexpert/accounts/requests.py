from django.http import HttpRequest

from salesexpert.accounts.models import User


class SignedRequest(HttpRequest):
    """A request that the sign-in let through; only for types."""

    user: User
