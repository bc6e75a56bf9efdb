"""Django's settings: what is installed, nothing that a business rule depends on."""

import os
import secrets
from pathlib import Path

from xintui.infra.database import APP, OWNER, admin_url, django_database
from xintui.infra.home import home

HERE = Path(__file__).resolve().parent


def _secret() -> str:
    """The installation's own key, made on first use and kept private."""
    if given := os.environ.get("XINTUI_SECRET_KEY"):
        return given
    path = home() / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("XINTUI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PUBLIC_URL = os.environ.get("XINTUI_PUBLIC_URL", "http://127.0.0.1:8000")
SECURE = PUBLIC_URL.startswith("https://")

MODULES = [
    "xintui.infra.outbox",
    "xintui.foundation.identity",
    "xintui.foundation.ledger",
    "xintui.foundation.evidence",
    "xintui.foundation.payments",
    "xintui.commerce.merchants",
    "xintui.commerce.catalog",
    "xintui.commerce.orders",
    "xintui.promotion.promoters",
    "xintui.promotion.attribution",
    "xintui.promotion.commission",
    "xintui.promotion.payouts",
]
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "import_export",
    "axes",
    "csp",
    "pgtrigger",
    "procrastinate.contrib.django",
    *MODULES,
]
ROOT_URLCONF = "xintui.entrypoints.urls"
WSGI_APPLICATION = "xintui.entrypoints.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_URL = admin_url()
DATABASES = {
    "default": django_database(_URL, APP),
    "owner": django_database(_URL, OWNER) | {"TEST": {"MIRROR": "default"}},
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["axes.W003"]
