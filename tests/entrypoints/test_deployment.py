"""What an operator relies on: checks are clean, static files need no network, Chinese is complete where it shows."""

import os
import subprocess
import sys
from pathlib import Path


def django(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m django` in an environment of its own."""
    given = {"DJANGO_SETTINGS_MODULE": "xintui.entrypoints.settings", "XINTUI_HOME": str(tmp_path)}
    given |= {"PATH": os.environ["PATH"], "XINTUI_DATABASE_URL": "postgresql:///unused", **environment}
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=120, check=False)


def test_the_deployment_check_is_clean_behind_https(tmp_path: Path) -> None:
    done = django(tmp_path, "check", "--deploy", "--fail-level", "WARNING", XINTUI_PUBLIC_URL="https://shop.example")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout, done.stdout + done.stderr


def test_static_files_are_collected_without_network_and_name_no_outside_host(tmp_path: Path) -> None:
    proxies = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = django(tmp_path, "collectstatic", "--noinput", "-v", "0", **proxies)
    assert done.returncode == 0, done.stderr
    styles = (tmp_path / "static" / "unfold" / "css" / "styles.css").read_text()
    assert "url(http" not in styles and "@import" not in styles


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    import xintui.entrypoints

    def name(msgid: str | list[str] | tuple[str, ...]) -> str:  # plurals: a list here, a tuple there
        return msgid if isinstance(msgid, str) else " / ".join(msgid)

    folder = Path(xintui.entrypoints.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
    with open(folder / "django.po", "rb") as source, open(folder / "django.mo", "rb") as compiled:
        wanted = {name(m.id): name(m.string) for m in read_po(source) if m.id}
        found = {name(m.id): name(m.string) for m in read_mo(compiled) if m.id}
    assert found == wanted
    assert len(found) > 80
