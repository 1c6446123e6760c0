"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

LOCAL = "127.0.0.1"


def client_ip(request: HttpRequest) -> str:
    """The client's address, for limits and for the list of sessions.

    Behind our proxy it is the last entry of X-Forwarded-For, which the proxy wrote; entries before it came from the
    client and prove nothing. Requests through a socket have no address and count as local.
    """
    found = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        found = request.META.get("HTTP_X_FORWARDED_FOR", found).split(",")[-1].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return LOCAL
