#!/usr/bin/env bash
# Prometheus 3.16.0 (Go module v0.316.0), 2026-11-28. Needs: go.
#
# Guess: duration arithmetic works the same in a range and after `offset`, so
#   `x offset 5m - 2m` reads x as it was 3 minutes ago; and a product of two
#   durations is an error.
# True: in brackets the whole expression is the duration. After `offset` only
#   the first duration belongs to the offset: the rest is ordinary arithmetic
#   on the values, with the duration as a number of seconds. Parentheses change
#   the result. In brackets `5m * 1m` multiplies seconds: 18000 s, five hours.
#   Every form parses without a warning.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

go mod init example.test/finding 2>/dev/null
go get github.com/prometheus/prometheus/promql/promqltest@v0.316.0 2>/dev/null
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
		"count_over_time(x[5m - 2m])",
		"count_over_time(x[5m * 1m])",
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
count_over_time(x[5m - 2m]) => 3
count_over_time(x[5m * 1m]) => 300'
seen=$(go test -count=1 -run TestSeen -v . | grep '=>')
echo "prometheus $(go list -m -f '{{.Version}}' github.com/prometheus/prometheus)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
