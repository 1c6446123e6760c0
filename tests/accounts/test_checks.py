import pytest

from salesexpert.accounts.checks import demo_logins_stay_at_home
from salesexpert.core.models import CompanySetting

pytestmark = pytest.mark.django_db


def ids():
    return [error.id for error in demo_logins_stay_at_home(databases=["default"])]


@pytest.fixture
def abroad(settings):
    settings.DEBUG = False
    settings.EMBEDDED = False


def test_the_demo_company_is_not_served_from_a_real_installation(abroad):
    CompanySetting.objects.create(name="demo_company", value=True)

    assert ids() == ["accounts.E001"]


def test_a_company_of_its_own_is(abroad):
    assert ids() == []
    CompanySetting.objects.create(name="demo_company", value=False)
    assert ids() == []


@pytest.mark.parametrize("home", ["DEBUG", "EMBEDDED"])
def test_the_demo_company_is_served_at_home(abroad, settings, home):
    CompanySetting.objects.create(name="demo_company", value=True)
    setattr(settings, home, True)

    assert ids() == []
