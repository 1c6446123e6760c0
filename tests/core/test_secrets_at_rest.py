import pytest

from salesexpert.core import secrets_at_rest
from salesexpert.core.secrets_at_rest import Unreadable, seal, unseal


@pytest.mark.parametrize("secret", ["", "пароль 🔑", "x" * 5000, "sealed:1:x"])
def test_what_was_sealed_opens_again_and_does_not_show(secret):
    sealed = seal(secret)

    assert unseal(sealed) == secret
    assert not secret or (secret not in sealed and secrets_at_rest.is_sealed(sealed))


def test_the_same_secret_never_looks_the_same():
    assert seal("password") != seal("password")


def test_another_key_opens_nothing_and_a_former_one_still_does(settings):
    sealed = seal("password")
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another key"

    with pytest.raises(Unreadable):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed) == "password"


@pytest.mark.parametrize("damage", ["password", "sealed:1:", "sealed:1:жжж", "\x00"])
def test_what_was_never_sealed_is_not_taken_for_a_secret(damage):
    with pytest.raises(Unreadable):
        unseal(damage)
