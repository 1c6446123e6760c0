"""The product, and beside it the floor page behind a middleware stack of its own."""

import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
# Packages of the developers that libraries take up where they find them: a production machine has none of them.
for _name in ("rich", "yaml"):
    sys.modules[_name] = None  # type: ignore[assignment]

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

_product = get_wsgi_application()
_usual, settings.MIDDLEWARE = settings.MIDDLEWARE, settings.FLOOR_MIDDLEWARE
_floor = type(_product)()
settings.MIDDLEWARE = _usual


class Both:
    """As production's `application` is: what the server warms is the product."""

    get_response = staticmethod(_product.get_response)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/bench/"):
            return _floor(environ, start_response)
        return _product(environ, start_response)


application = Both()
