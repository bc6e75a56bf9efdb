#!/usr/bin/env bash
# A Chromium and Chinese fonts for the browser tests: Debian's, installed where that is possible, else one clear sentence.
set -euo pipefail

found() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
fonts() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; }

missing=()
found || missing+=(chromium)
fonts || missing+=(fonts-noto-cjk)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "· ${missing[*]} from Debian, for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >.cache/browser.log 2>&1 || echo "! the installation failed (see .cache/browser.log)"
fi
if found; then
  fonts || echo "! fonts-noto-cjk is missing: Chinese text in screenshots will be boxes."
elif [ -n "${CI:-}" ]; then
  echo "! no Chromium, and this is CI: the browser tests would be skipped, so the run fails here."
  exit 1
else
  echo "! no Chromium on this machine: the browser tests will be SKIPPED. Install it with: apt-get install chromium fonts-noto-cjk"
fi
