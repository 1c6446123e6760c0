import pytest
from django.test import Client as HttpClient
from django.urls import path

from salesexpert import urls as product
from tests.factories import UserFactory


def broken(request):
    raise RuntimeError("on purpose")


def forbidden(request):
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


urlpatterns = [
    path("broken/", broken),
    path("forbidden/", forbidden),
    *product.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    product.handler400,
    product.handler403,
    product.handler404,
    product.handler500,
)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Такой страницы нет"), ("en", "There is no such page")],
)
def test_an_unknown_address_is_answered_inside_the_frame_in_the_reader_language(
    sign_in, db, language, words
):
    answer = sign_in(UserFactory(language=language)).get("/no/such/page/")

    assert answer.status_code == 404
    assert words in answer.text
    assert "se-side" in answer.text


@pytest.mark.urls("tests.core.test_error_pages")
@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "Нет права на эту страницу"), ("en", "No right to this page")],
)
def test_a_missing_right_is_answered_with_a_sentence(sign_in, db, language, words):
    answer = sign_in(UserFactory(language=language)).get("/forbidden/")

    assert answer.status_code == 403
    assert words in answer.text


@pytest.mark.urls("tests.core.test_error_pages")
@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "У нас что-то сломалось"), ("en", "Something went wrong on our side")],
)
def test_a_fault_shows_no_traceback(db, language, words):
    http = HttpClient(raise_request_exception=False)
    http.force_login(
        UserFactory(language=language),
        backend="salesexpert.accounts.backends.RoleBackend",
    )

    answer = http.get("/broken/")

    assert answer.status_code == 500
    assert words in answer.text
    assert "Traceback" not in answer.text and "RuntimeError" not in answer.text


def test_the_frame_breaks_no_security_policy(browse, transactional_db, settings):
    page = browse(UserFactory(), "/no/such/page/")
    page.keyboard.press("Control+k")
    page.locator("#palette[open]").wait_for()
    page.locator(".create-menu summary, .se-me-menu summary").first.wait_for(
        state="attached"
    )

    assert [f for f in page.faults if "404" not in f] == []
