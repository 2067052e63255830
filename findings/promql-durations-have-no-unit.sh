#!/usr/bin/env bash
# Prometheus 3.16.0 (Go module v0.316.0), 2026-11-28. Needs: go.
#
# Guess: a duration is a quantity with a unit. `[5m * 1m]` is an error, so is a
#   comparison with a duration, and `x offset 5m - 2m` reads x as it was 3
#   minutes ago.
# True: a duration is a number of seconds, everywhere and without a warning.
#   `[5m * 1m]` is a range of 18000 s, five hours; `[10m / 2m]` one of 5 s;
#   `x > 5m` compares with 300. After `offset` only the first duration belongs to
#   the offset (the manual asks for parentheses): the rest is subtracted from the
#   values, and the query still parses.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/prometheus/prometheus/promql/promqltest@v0.316.0
cat >finding_test.go <<'GO'
package finding

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/promqltest"
)

// Each value is 1000 plus the second of its sample, so it tells when it was read.
func TestSeen(t *testing.T) {
	storage := promqltest.LoadedStorage(t, "load 1m\n  x 1000+60x600")
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 100000)
	for _, query := range []string{
		"x",
		"x offset 3m",
		"x offset 5m - 2m",
		"x offset (5m - 2m)",
		"x > bool 5m",
		"count_over_time(x[5m - 2m])",
		"count_over_time(x[5m * 1m])",
		"count_over_time(x[10m / 2m])",
	} {
		q, err := engine.NewInstantQuery(context.Background(), storage, nil, query, time.Unix(36000, 0))
		if err != nil {
			t.Fatal(err)
		}
		v, err := q.Exec(context.Background()).Vector()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%s => %g\n", query, v[0].F)
	}
}
GO

expected='x => 37000
x offset 3m => 36820
x offset 5m - 2m => 36580
x offset (5m - 2m) => 36820
x > bool 5m => 1
count_over_time(x[5m - 2m]) => 3
count_over_time(x[5m * 1m]) => 300
count_over_time(x[10m / 2m]) => 1'
seen=$(go test -count=1 -run TestSeen -v . | grep '=>')
echo "prometheus $(go list -m -f '{{.Version}}' github.com/prometheus/prometheus)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
