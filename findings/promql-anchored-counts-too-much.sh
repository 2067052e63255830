#!/usr/bin/env bash
# Prometheus 3.16.0 (Go module v0.316.0), 2026-11-28. Needs: go.
#
# Guess: `anchored`, stable since 3.16, gives the exact increase in the window,
#   so it also mends a window that is shorter than the scrape interval, for
#   which plain `rate` gives nothing.
# True: it takes the last sample before the window as the start. With a scrape
#   every minute, the whole minute is counted into a window of 30 s, and `rate`
#   divides it by 30 s: a counter that grows by 1 per second shows 2 per second.
#   At the other half of the minute there is no result. A threshold on such a
#   rate fires on the phase between the scrape and the query.
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

func TestSeen(t *testing.T) {
	storage := promqltest.LoadedStorage(t, "load 1m\n  errors_total 0+60x30")
	engine := promqltest.NewTestEngine(t, false, 5*time.Minute, 100000)
	for _, query := range []string{"rate(errors_total[30s])", "rate(errors_total[30s] anchored)", "rate(errors_total[2m] anchored)"} {
		for _, at := range []time.Duration{615 * time.Second, 645 * time.Second} {
			q, err := engine.NewInstantQuery(context.Background(), storage, nil, query, time.Unix(0, 0).Add(at))
			if err != nil {
				t.Fatal(err)
			}
			v, err := q.Exec(context.Background()).Vector()
			if err != nil {
				t.Fatal(err)
			}
			answer := "nothing"
			if len(v) > 0 {
				answer = fmt.Sprint(v[0].F)
			}
			fmt.Printf("%s at %s => %s\n", query, at, answer)
		}
	}
}
GO

expected='rate(errors_total[30s]) at 10m15s => nothing
rate(errors_total[30s]) at 10m45s => nothing
rate(errors_total[30s] anchored) at 10m15s => 2
rate(errors_total[30s] anchored) at 10m45s => nothing
rate(errors_total[2m] anchored) at 10m15s => 1
rate(errors_total[2m] anchored) at 10m45s => 1'
seen=$(go test -count=1 -run TestSeen -v . | grep '=>')
echo "prometheus $(go list -m -f '{{.Version}}' github.com/prometheus/prometheus); one scrape a minute, 1 error per second"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
