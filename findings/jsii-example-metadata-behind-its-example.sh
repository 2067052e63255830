#!/usr/bin/env bash
# jsii 6.0.16, 2026-11-28. Needs: node, npm.
#
# Guess: the order of the tags in a docstring is free, so `@exampleMetadata
#   fixture=app` (which fixture jsii-rosetta compiles an example with) may stand
#   behind the `@example` that it belongs to, as well as before it.
# True: behind it, the tag is taken for a part of the example. The assembly then
#   holds an example that ends in `@exampleMetadata[object Object]` and names no
#   fixture, and jsii warns of nothing. Before it, both are read.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

cat >package.json <<'JSON'
{
  "name": "sample-lib", "version": "1.0.0", "description": "a sample", "license": "Apache-2.0", "stability": "stable",
  "main": "index.js", "types": "index.d.ts", "author": { "name": "A", "email": "a@example.com" },
  "repository": { "type": "git", "url": "https://example.com/sample.git" },
  "jsii": { "outdir": "dist", "targets": {}, "versionFormat": "short" }
}
JSON
echo '# A sample' >README.md
cat >index.ts <<'TS'
/**
 * The tag stands behind.
 *
 * @example
 * new Behind();
 * @exampleMetadata fixture=app
 */
export class Behind {}

/**
 * The tag stands before.
 *
 * @exampleMetadata fixture=app
 * @example
 * new Before();
 */
export class Before {}
TS
quiet npm install --no-save --no-fund --no-audit --ignore-scripts jsii@6.0.16
quiet npx jsii

expected='Before: "new Before();", metadata {"exampleMetadata":"fixture=app"}
Behind: "new Behind();@exampleMetadata[object Object]", metadata none'
seen=$(node -e '
  const { types } = JSON.parse(require("fs").readFileSync(".jsii", "utf8"));
  for (const { name, docs } of Object.values(types).sort((a, b) => (a.name < b.name ? -1 : 1)))
    console.log(`${name}: ${JSON.stringify(docs.example)}, metadata ${JSON.stringify(docs.custom) ?? "none"}`);
')
echo "jsii $(node -p 'require("./node_modules/jsii/package.json").version')"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
