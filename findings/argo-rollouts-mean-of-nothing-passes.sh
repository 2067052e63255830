#!/usr/bin/env bash
# Argo Rollouts 1.10.1, 2026-11-28. Needs: go.
#
# Guess: a success condition on an empty Prometheus result ends in an error, as
#   `result[0] < 0.05` does, whichever function of the list it uses. The mean of
#   no numbers is at best NaN, and NaN fails every comparison.
# True: `mean`, `median` and `sum` of an empty list are 0. An upper limit on an
#   error rate then passes without any data; `max` and `last` on the same empty
#   list do give an error. So the choice of the function decides whether a canary
#   without traffic is promoted.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/argoproj/argo-rollouts/utils/evaluate@v1.10.1
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/evaluate"
	"github.com/sirupsen/logrus"
)

func main() {
	empty := []float64{} // what the Prometheus provider hands on for an empty vector
	for _, condition := range []string{
		"result[0] < 0.05", "max(result) < 0.05", "last(result) < 0.05",
		"mean(result) < 0.05", "median(result) < 0.05", "sum(result) < 0.05",
		"len(result) > 0 && mean(result) < 0.05",
	} {
		phase, _ := evaluate.EvaluateResult(empty, v1alpha1.Metric{SuccessCondition: condition}, *logrus.NewEntry(logrus.New()))
		fmt.Printf("%s => %s\n", condition, phase)
	}
}
GO

expected='result[0] < 0.05 => Error
max(result) < 0.05 => Error
last(result) < 0.05 => Error
mean(result) < 0.05 => Successful
median(result) < 0.05 => Successful
sum(result) < 0.05 => Successful
len(result) > 0 && mean(result) < 0.05 => Failed'
seen=$(go run .)
echo "argo-rollouts $(go list -m -f '{{.Version}}' github.com/argoproj/argo-rollouts), empty result"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
