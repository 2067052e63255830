#!/usr/bin/env bash
# Argo Rollouts 1.10.1, 2026-11-28. Needs: go.
#
# Guess: a web metric without `jsonPath` gives its condition the whole answer, so
#   `result == "ok"` fails when the service answers `failed` with status 200.
# True: an answer that is not JSON is Successful, and neither condition is looked
#   at. The same word as a JSON text (in quotes) is judged. A gate that answers
#   in plain text lets every version pass.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/argoproj/argo-rollouts/metricproviders/webmetric@v1.10.1
cat >main.go <<'GO'
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/argoproj/argo-rollouts/metricproviders/webmetric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/sirupsen/logrus"
)

func main() {
	for _, answer := range []string{"ok", "failed", `"ok"`, `"failed"`} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
		metric := v1alpha1.Metric{Name: "gate", SuccessCondition: `result == "ok"`}
		metric.Provider.Web = &v1alpha1.WebMetric{URL: server.URL}
		client, err := webmetric.NewWebMetricHttpClient(metric)
		if err != nil {
			panic(err)
		}
		parser, err := webmetric.NewWebMetricJsonParser(metric)
		if err != nil {
			panic(err)
		}
		log := logrus.New()
		log.SetLevel(logrus.FatalLevel)
		provider := webmetric.NewWebMetricProvider(*logrus.NewEntry(log), client, parser)
		fmt.Printf("%s => %s\n", answer, provider.Run(&v1alpha1.AnalysisRun{}, metric).Phase)
		server.Close()
	}
}
GO
quiet go mod tidy

expected='ok => Successful
failed => Successful
"ok" => Successful
"failed" => Failed'
seen=$(go run .)
echo "argo-rollouts $(go list -m -f '{{.Version}}' github.com/argoproj/argo-rollouts), successCondition result == \"ok\""
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
