#!/usr/bin/env bash
# expr-lang/expr 1.17.8 (the expression language of Argo Rollouts), 2026-11-28.
# Needs: go.
#
# Guess: `max(x, 0)` and `max(0, x)` are the same number. With x = NaN (0/0: no
#   traffic) both are NaN, as in Go, JavaScript and IEEE 754.
# True: a later NaN is skipped, a leading NaN stays. `max(0, x) < 1` is true
#   without traffic, `max(x, 0) < 1` is false. The same holds for `min`.
#   So a floor written to guard a ratio turns "no data" into "good" or into
#   "bad", depending on the order of two arguments.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/expr-lang/expr@v1.17.8
cat >main.go <<'GO'
package main

import (
	"fmt"
	"math"

	"github.com/expr-lang/expr"
)

func main() {
	env := map[string]any{"x": math.NaN()}
	for _, code := range []string{"max(x, 0)", "max(0, x)", "min(x, 1)", "min(1, x)", "max([x, 0])", "max([0, x])", "max(0, x) < 1", "max(x, 0) < 1"} {
		value, err := expr.Eval(code, env)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s => %v\n", code, value)
	}
	fmt.Printf("Go: math.Max(0, x) => %v, max(0, x) => %v\n", math.Max(0, math.NaN()), max(0, math.NaN()))
}
GO

expected='max(x, 0) => NaN
max(0, x) => 0
min(x, 1) => NaN
min(1, x) => 1
max([x, 0]) => NaN
max([0, x]) => 0
max(0, x) < 1 => true
max(x, 0) < 1 => false
Go: math.Max(0, x) => NaN, max(0, x) => NaN'
seen=$(go run .)
echo "expr $(go list -m -f '{{.Version}}' github.com/expr-lang/expr), x = NaN"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
