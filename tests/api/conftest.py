import os

import pytest

os.environ["XINTUI_WECHAT_API"] = "http://127.0.0.1:9"  # nobody answers there: these tests ask nobody
os.environ["XINTUI_LIVE_SECONDS"] = "0"  # a stream says what there is and ends


@pytest.fixture(autouse=True)
def _slow_hashes_are_for_people(settings):
    """Hundreds of requests with a wrong password need not cost an argon2 each."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
