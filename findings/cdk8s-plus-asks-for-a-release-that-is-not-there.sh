#!/usr/bin/env bash
# cdk8s-plus-27 2.9.0, 2026-11-28. Needs: npm.
#
# Guess: the lower end of a peer range is a release that can be installed, so a
#   library that supports old releases tests with just that one.
# True: cdk8s-plus-27 2.9.0 asks for cdk8s ^2.68.11, and 2.68.11 was never
#   published: the first that fits is 2.68.12. A floor copied from the peer range
#   cannot be installed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

range=$(npm view cdk8s-plus-27@2.9.0 peerDependencies.cdk8s) || exit 2
published=$(npm view cdk8s versions --json) || exit 2
floor=${range#^}
seen="cdk8s-plus-27 2.9.0 asks for cdk8s $range
published: $(grep -cx " *\"$floor\",*" <<<"$published" || true)"
printf '{"private":true}' >package.json
if npm install --no-fund --no-audit "cdk8s@$floor" >first.log 2>&1; then seen+="
$floor installs"; else seen+="
$floor: $(grep -om1 'ETARGET' first.log)"; fi
if npm install --no-fund --no-audit cdk8s@2.68.12 cdk8s-plus-27@2.9.0 constructs@10.3.0 >second.log 2>&1; then seen+="
2.68.12 installs with it"; else seen+="
2.68.12 does not install"; fi
expected='cdk8s-plus-27 2.9.0 asks for cdk8s ^2.68.11
published: 0
2.68.11: ETARGET
2.68.12 installs with it'
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
