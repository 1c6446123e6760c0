"""Ask a running web process how it is: `python -m salesexpert.ground.health [PORT]`.

Exit code 0 when `/healthz` answers 200. For a container's health check and for `make run`, which
both ask past the proxy: the request names the host and the scheme that the proxy would.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
from urllib.parse import urlsplit


def ask(
    port: int, *, host: str = "127.0.0.1", timeout: float = 10
) -> dict[str, str] | None:
    """What `/healthz` says, with the HTTP status as "http"; None while nothing answers."""
    public = urlsplit(os.environ.get("PUBLIC_URL", ""))
    headers = {"Host": public.netloc or f"{host}:{port}", "Connection": "close"}
    if public.scheme == "https":
        headers["X-Forwarded-Proto"] = "https"
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", "/healthz", headers=headers)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    try:
        said: dict[str, str] = json.loads(body)
    except ValueError:
        said = {}
    return said | {"http": str(response.status)}


if __name__ == "__main__":
    said = ask(int(sys.argv[1]) if len(sys.argv) > 1 else 8000)
    print(said)
    sys.exit(0 if said and said["http"] == "200" else 1)
