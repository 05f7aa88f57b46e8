import pytest
from cryptography.fernet import InvalidToken

from ryorin.lib.vault import lock, unlock


def test_what_was_locked_comes_back_whole_and_looks_like_nothing_in_between() -> None:
    locked = lock("JBSWY3DPEHPK3PXP", key="kept elsewhere")
    assert "JBSWY3DPEHPK3PXP" not in locked
    assert locked != lock("JBSWY3DPEHPK3PXP", key="kept elsewhere")
    assert unlock(locked, key="kept elsewhere") == "JBSWY3DPEHPK3PXP"


def test_another_key_or_a_changed_text_opens_nothing() -> None:
    locked = lock("秘密", key="kept elsewhere")
    with pytest.raises(InvalidToken):
        unlock(locked, key="another")
    with pytest.raises(InvalidToken):
        unlock(locked[:-4] + "AAA=", key="kept elsewhere")
