#!/usr/bin/env bash
# github.com/prometheus/otlptranslator 1.0.0 (names OTLP metrics in Prometheus),
# 2026-11-28. Needs: go.
#
# Guess: the name of an OpenTelemetry metric becomes the Prometheus name with
#   underscores for dots, and a suffix for the unit and for counters at the end.
# True: the words `total` (counters) and `ratio` (gauges of unit 1) are also
#   taken out of the middle of the name and put at its end. The name in a query
#   then differs from the one in the code. And the unit 1, which many use for a
#   plain number, makes a gauge of a number of things a "ratio", while the same
#   gauge with the unit {request} keeps its name.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/prometheus/otlptranslator@v1.0.0
cat >main.go <<'GO'
package main

import (
	"fmt"

	otlp "github.com/prometheus/otlptranslator"
)

func main() {
	namer := otlp.MetricNamer{WithMetricSuffixes: true}
	for _, m := range []otlp.Metric{
		{Name: "checkout.total.requests", Unit: "1", Type: otlp.MetricTypeMonotonicCounter},
		{Name: "http_requests_total_5xx", Type: otlp.MetricTypeMonotonicCounter},
		{Name: "total.bytes.sent", Unit: "By", Type: otlp.MetricTypeMonotonicCounter},
		{Name: "ratio.of.errors", Unit: "1", Type: otlp.MetricTypeGauge},
		{Name: "requests.in.flight", Unit: "1", Type: otlp.MetricTypeGauge},
		{Name: "requests.in.flight", Unit: "{request}", Type: otlp.MetricTypeGauge},
		{Name: "latency.ms", Unit: "ms", Type: otlp.MetricTypeHistogram},
	} {
		name, err := namer.Build(m)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s unit %q => %s\n", m.Name, m.Unit, name)
	}
}
GO

expected='checkout.total.requests unit "1" => checkout_requests_total
http_requests_total_5xx unit "" => http_requests_5xx_total
total.bytes.sent unit "By" => bytes_sent_total
ratio.of.errors unit "1" => of_errors_ratio
requests.in.flight unit "1" => requests_in_flight_ratio
requests.in.flight unit "{request}" => requests_in_flight
latency.ms unit "ms" => latency_ms_milliseconds'
seen=$(go run .)
echo "otlptranslator $(go list -m -f '{{.Version}}' github.com/prometheus/otlptranslator)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
