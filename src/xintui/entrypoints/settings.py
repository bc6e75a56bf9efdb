"""Django's settings: what is installed, nothing that a business rule depends on."""

import os
import secrets
from datetime import time
from pathlib import Path
from typing import Any

from xintui.infra.database import APP, OWNER, admin_url, app_url, django_database
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
    "xintui.infra.throttle",
    "xintui.infra.idempotency",
    "xintui.foundation.identity",
    "xintui.foundation.ledger",
    "xintui.foundation.evidence",
    "xintui.foundation.payments",
    "xintui.trust.appeals",
    "xintui.trust.agreements",
    "xintui.trust.privacy",
    "xintui.trust.deposits",
    "xintui.trust.graph",
    "xintui.trust.points",
    "xintui.trust.violations",
    "xintui.trust.bands",
    "xintui.trust.qualification",
    "xintui.trust.credit",
    "xintui.commerce.addresses",
    "xintui.commerce.merchants",
    "xintui.commerce.catalog",
    "xintui.commerce.orders",
    "xintui.commerce.reviews",
    "xintui.commerce.disputes",
    "xintui.commerce.quality",
    "xintui.commerce.concentration",
    "xintui.promotion.promoters",
    "xintui.promotion.rosters",
    "xintui.promotion.attribution",
    "xintui.promotion.materials",
    "xintui.promotion.commission",
    "xintui.promotion.payouts",
    "xintui.promotion.growth",
    "xintui.promotion.screening",
    "xintui.engagement.notifications",
    "xintui.engagement.followups",
    "xintui.engagement.academy",
    "xintui.insight.analytics",
    "xintui.insight.patterns",
]
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin.apps.SimpleAdminConfig",  # urls.py discovers: commands and the worker need no consoles
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    *MODULES,
]
ROOT_URLCONF = "xintui.entrypoints.urls"
WSGI_APPLICATION = "xintui.entrypoints.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": django_database(app_url(), APP),
    "owner": django_database(admin_url(), OWNER) | {"TEST": {"MIRROR": "default"}},
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xintui.entrypoints.mobile.Files",
    "csp.middleware.CSPMiddleware",
    "xintui.entrypoints.middleware.api_door",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xintui.entrypoints.middleware.console_door",
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
            ],
            "libraries": {"xintui_console": "xintui.infra.console.wording"},
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # unfold's and our own files are served before anybody ran collectstatic

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["xintui.entrypoints.consoles.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["xintui.entrypoints.formats"]

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if SECURE else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 86400 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
TRUSTED_PROXIES = frozenset(filter(None, os.environ.get("XINTUI_TRUSTED_PROXIES", "").split(",")))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

API_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
API_PER_MINUTE = int(os.environ.get("XINTUI_API_PER_MINUTE", "1200"))
QUALITY_UNLIST = os.environ.get("XINTUI_QUALITY_UNLIST", "0") == "1"
CLOSE_AT = time.fromisoformat(os.environ.get("XINTUI_CLOSE_AT", "03:00"))
"""When, in Shanghai, the worker closes the day that is over."""
TOTP_REQUIRED = os.environ.get("XINTUI_TOTP_REQUIRED", "1" if SECURE else "0") == "1"
"""Whether roles that move money must enrol a second factor before anything else; on loopback it is offered."""

_GREEN = {
    "50": "oklch(97.6% .016 170)",
    "100": "oklch(94.6% .034 170)",
    "200": "oklch(89.4% .062 169)",
    "300": "oklch(82% .09 168)",
    "400": "oklch(72.5% .112 167)",
    "500": "oklch(61.5% .112 167)",
    "600": "oklch(51.8% .1 168)",
    "700": "oklch(44.5% .086 169)",
    "800": "oklch(38% .07 170)",
    "900": "oklch(32.5% .056 171)",
    "950": "oklch(22% .04 172)",
}
_LOOK: dict[str, Any] = {"SHOW_HISTORY": False, "SHOW_VIEW_ON_SITE": False, "SITE_URL": None, "THEME": None}
_LOOK |= {"COLORS": {"primary": _GREEN}, "BORDER_RADIUS": "8px", "STYLES": ["xintui.infra.console.sites.stylesheet"]}
_LOOK |= {"SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}shop/icon.svg"}]}
_LOOK |= {"SCRIPTS": ["xintui.infra.console.sites.script"]}
UNFOLD_OPS = _LOOK | {
    "SITE_TITLE": "信推运营后台",
    "SITE_HEADER": "信推 · 运营后台",
    "SITE_SYMBOL": "verified_user",
    "DASHBOARD_CALLBACK": "xintui.entrypoints.consoles.ops_dashboard",
    "SIDEBAR": {"show_search": True, "navigation": "xintui.infra.console.sites.ops_navigation"},
    "ACCOUNT": {"navigation": [{"title": "动态口令", "link": "/ops/totp/"}]},
}
UNFOLD_MERCHANT = _LOOK | {
    "SITE_TITLE": "信推商家后台",
    "SITE_HEADER": "信推 · 商家后台",
    "SITE_SYMBOL": "storefront",
    "DASHBOARD_CALLBACK": "xintui.entrypoints.consoles.merchant_dashboard",
    "SIDEBAR": {"show_search": True, "navigation": "xintui.infra.console.sites.merchant_navigation"},
    "ACCOUNT": {"navigation": [{"title": "动态口令", "link": "/merchant/totp/"}]},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("XINTUI_LOG", "WARNING")},
    # A refusal is the answer, not an incident; a bug (5xx) comes with its traceback.
    "loggers": {"django.request": {"level": "ERROR"}, "django": {"handlers": [], "propagate": True}},
}
