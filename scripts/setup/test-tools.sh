#!/usr/bin/env bash
# What the tests need of the machine itself: a MariaDB and a PostgreSQL server, Chromium, a Java for Spark and a container engine. Installs them where it may, says so where it may not.
set -euo pipefail
# The linter of workflows is a Go program: its one test is skipped where there is no Go.
if command -v go >/dev/null && [ ! -x .tools/bin/actionlint ]; then
  echo "set-up: actionlint (go install)"
  GOBIN="$PWD/.tools/bin" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.9 >.tools/actionlint.log 2>&1 ||
    { tail -n 3 .tools/actionlint.log >&2; echo "set-up: could not build actionlint; its test is skipped" >&2; }
fi
missing=()
command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
command -v openssl >/dev/null || missing+=(openssl)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
java -version >/dev/null 2>&1 || missing+=(openjdk-17-jre-headless)
# Containers: an engine where none answers, a registry, and what makes a base image where none can be pulled.
command -v dockerd >/dev/null || docker info >/dev/null 2>&1 || missing+=(docker.io)
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "set-up: tests want ${missing[*]}; install them by your system's means, or their suites are skipped" >&2; exit 0
fi
sudo=; [ "$(id -u)" = 0 ] || sudo="sudo -n"
echo "set-up: installing ${missing[*]} (apt-get)"
export DEBIAN_FRONTEND=noninteractive
# A package's own service is not started: the tests start their own server, on their own data.
if ! { $sudo apt-get update -qq && $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/tmp/foretell-apt.log 2>&1; then
  tail -n 5 /tmp/foretell-apt.log >&2
  echo "set-up: could not install ${missing[*]}; their suites are skipped (in CI a skip fails)" >&2
fi
