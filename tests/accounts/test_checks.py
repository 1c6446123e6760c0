import pytest
from django.core.exceptions import ImproperlyConfigured

from salesexpert.accounts.checks import demo_logins_stay_at_home, refuse_demo_abroad
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


@pytest.mark.django_db(transaction=True)
def test_the_web_does_not_start_on_it(abroad):
    refuse_demo_abroad()
    CompanySetting.objects.create(name="demo_company", value=True)

    with pytest.raises(ImproperlyConfigured, match="passwords everybody knows"):
        refuse_demo_abroad()
