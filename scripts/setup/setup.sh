#!/usr/bin/env bash
# Brings this checkout to where it can run: Node packages, one Python venv, the dashboard. Safe to run again; skips what is done.
# usage: setup.sh [runtime|test|bench]     (test and bench add to what runtime needs)
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=${1:-runtime}
PATH="$(scripts/setup/node.sh):$PATH"
export PATH
mkdir -p .tools
# Two set-ups at once would trample each other: the second waits.
if command -v flock >/dev/null; then exec 9>.tools/setup.lock; flock 9; fi
digest() { cat "$@" | cksum | tr ' ' '-'; }

packages=$(digest package-lock.json .npmrc)
if [ "$(cat .tools/packages.done 2>/dev/null)" != "$packages" ] || [ ! -d node_modules ]; then
  echo "set-up: Node packages (npm ci --ignore-scripts)"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  echo "$packages" > .tools/packages.done
fi

venv() { # venv NAME: .tools/NAME with the pinned packages of python/NAME.txt
  local name=$1 file=scripts/setup/python/$1.txt want
  want=$(digest "$file")
  [ "$(cat ".tools/$name.done" 2>/dev/null)" = "$want" ] && [ -x ".tools/$name/bin/python" ] && return 0
  local python
  python=$(command -v python3) || { echo "set-up: Python >= 3.10 is needed, and there is no python3" >&2; exit 1; }
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "set-up: Python >= 3.10 is needed; python3 is $("$python" -V)" >&2; exit 1; }
  echo "set-up: Python packages for $name (a venv in .tools/$name)"
  rm -rf ".tools/$name"
  "$python" -m venv ".tools/$name" || { echo "set-up: python3 cannot make a venv (on Debian: apt-get install python3-venv)" >&2; exit 1; }
  local pip=(".tools/$name/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all:)
  # pyspark comes as source only: it is built, by pinned builders.
  if [ "$name" = spark ]; then
    "${pip[@]}" -r scripts/setup/python/build.txt
    pip+=(--no-binary pyspark --no-build-isolation)
  fi
  "${pip[@]}" -r "$file"
  echo "$want" > ".tools/$name.done"
}
venv runtime
case $kind in
  test) venv test; venv moto; venv spark; scripts/setup/test-tools.sh; scripts/setup/spark-jars.sh ;;
  bench) venv bench; venv spark ;;
esac

if [ -f dashboard/index.html ]; then
  sources=$(find dashboard/src dashboard/index.html dashboard/vite.config.ts core/src/contracts core/src/domain package-lock.json -type f | LC_ALL=C sort | xargs cat | cksum | tr ' ' '-')
  if [ "$(cat .tools/dashboard.done 2>/dev/null)" != "$sources" ] || [ ! -d dashboard/dist ]; then
    echo "set-up: the dashboard (vite build)"
    (cd dashboard && ../node_modules/.bin/vite build --logLevel warn)
    echo "$sources" > .tools/dashboard.done
  fi
fi
