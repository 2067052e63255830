#!/usr/bin/env bash
# Prometheus 3.13.1 (Go module v0.313.1) and 3.16.0 (v0.316.0), 2026-11-28.
# Needs: go.
#
# Guess: a query that Prometheus accepts stays valid within a major version, and
#   the place of `@` is free: `rate(x @ start() [5m])` means what
#   `rate(x[5m] @ start())` means.
# True: the parser of 3.13.1 accepts `@` before the range (though not `offset`),
#   the parser of 3.16.0 refuses it. A metric of an analysis that is written so
#   ends in an error after the upgrade. Behind the range it is valid in both.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

cat >main.txt <<'GO'
package main

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	for _, query := range []string{
		"rate(x @ start() [5m])", "rate(x[5m] @ start())",
		"rate(x offset 1m [5m])", "rate(x[5m] offset 1m)",
	} {
		_, err := parser.NewParser(parser.Options{}).ParseExpr(query)
		fmt.Printf("%s => %t\n", query, err == nil)
	}
}
GO
seen=''
for version in v0.313.1 v0.316.0; do
  mkdir "$version"
  cp main.txt "$version/main.go"
  pushd "$version" >/dev/null
  quiet go mod init example.test/finding
  quiet go get "github.com/prometheus/prometheus/promql/parser@$version"
  answers=$(go run .)
  seen+="$version
$answers
"
  popd >/dev/null
done
expected='v0.313.1
rate(x @ start() [5m]) => true
rate(x[5m] @ start()) => true
rate(x offset 1m [5m]) => false
rate(x[5m] offset 1m) => true
v0.316.0
rate(x @ start() [5m]) => false
rate(x[5m] @ start()) => true
rate(x offset 1m [5m]) => false
rate(x[5m] offset 1m) => true
'
printf '%s' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s' "$expected" >&2
  exit 1
fi
