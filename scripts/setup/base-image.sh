#!/usr/bin/env bash
# Prints the image that Dockerfiles start from on this machine. Where node:24-bookworm-slim cannot be pulled, one like it is made
# of Debian's packages and our Node, with this machine's certificates and apt settings: for tests and a laptop, never for AWS.
set -euo pipefail
cd "$(dirname "$0")/../.."
real=node:24-bookworm-slim
own=foretell-base:bookworm
npm=11.19.1
# Suites that start side by side make it once.
mkdir -p .tools
if command -v flock >/dev/null; then exec 9>.tools/base-image.lock; flock 9; fi
docker image inspect "$real" >/dev/null 2>&1 && { echo "$real"; exit 0; }
docker image inspect "$own" >/dev/null 2>&1 && { echo "$own"; exit 0; }
docker pull --quiet "$real" >/dev/null 2>&1 && { echo "$real"; exit 0; }
command -v mmdebstrap >/dev/null || { echo "set-up: $real cannot be pulled, and there is no mmdebstrap to make one like it" >&2; exit 1; }
echo "set-up: $real cannot be pulled; making $own (mmdebstrap)" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
apt-config dump --no-empty | grep '^Acquire::' > "$work/apt.conf"
(cd "$work" && npm pack --silent "npm@$npm" >/dev/null && tar -xzf "npm-$npm.tgz")
mkdir -p "$work/root/usr/local/bin" "$work/root/usr/local/lib/node_modules"
cp "$(scripts/setup/node.sh)/node" "$work/root/usr/local/bin/node"
mv "$work/package" "$work/root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/root/usr/local/bin/npm"
chmod 755 "$work/root/usr/local/lib/node_modules/npm/bin/npm-cli.js"
mmdebstrap --quiet --variant=minbase --include=ca-certificates,libstdc++6 --aptopt="$work/apt.conf" \
  --customize-hook="tar -C '$work/root' --owner=0 --group=0 -c . | tar -C \"\$1\" -x" \
  --customize-hook='chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash node' \
  --customize-hook="cp /etc/ssl/certs/ca-certificates.crt \"\$1/etc/ssl/certs/ca-certificates.crt\"" \
  bookworm - | docker import \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt' \
  - "$own" >/dev/null
echo "$own"
