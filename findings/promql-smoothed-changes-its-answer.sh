#!/usr/bin/env bash
# Prometheus 3.16.0 (Go module v0.316.0), 2026-11-28. Needs: go.
#
# Guess: `smoothed`, stable since 3.16, is a better `rate`: the same query for
#   the same instant always gives the same answer.
# True: it interpolates with the first sample after the instant. A query for
#   "now" has no such sample: the part of the window since the last scrape then
#   counts as no growth. The answer is too low until the next scrape arrives,
#   and right when the same instant is asked for later. A check that runs live
#   sees the low value, a dashboard afterwards the right one; plain `rate` gives
#   the right one at once.
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

func TestSeen(t *testing.T) {
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 100000)
	for _, scrapes := range []int{10, 11} {
		storage := promqltest.LoadedStorage(t, fmt.Sprintf("load 1m\n  errors_total 0+60x%d", scrapes))
		for _, query := range []string{"rate(errors_total[2m])", "rate(errors_total[2m] smoothed)", "rate(errors_total[1m] smoothed)"} {
			q, err := engine.NewInstantQuery(context.Background(), storage, nil, query, time.Unix(654, 0))
			if err != nil {
				t.Fatal(err)
			}
			v, err := q.Exec(context.Background()).Vector()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Printf("last scrape at %dm: %s at 10m54s => %.2f\n", scrapes, query, v[0].F)
		}
	}
}
GO

expected='last scrape at 10m: rate(errors_total[2m]) at 10m54s => 1.00
last scrape at 10m: rate(errors_total[2m] smoothed) at 10m54s => 0.55
last scrape at 10m: rate(errors_total[1m] smoothed) at 10m54s => 0.10
last scrape at 11m: rate(errors_total[2m]) at 10m54s => 1.00
last scrape at 11m: rate(errors_total[2m] smoothed) at 10m54s => 1.00
last scrape at 11m: rate(errors_total[1m] smoothed) at 10m54s => 1.00'
seen=$(go test -count=1 -run TestSeen -v . | grep '=>')
echo "prometheus $(go list -m -f '{{.Version}}' github.com/prometheus/prometheus); one scrape a minute, 1 error per second"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
