#!/usr/bin/env bash
# Argo Rollouts 1.10.1, 2026-11-28. Needs: go.
#
# Guess: in a metric's condition `default(result.errors, 0)` is `result.errors`,
#   or 0 where the field is missing; `isNil(result.errors)` says whether it is.
# True: both ignore their first argument and look at the whole result. As long
#   as there is a result, `default(anything, x)` IS that result and
#   `isNil(anything)` is false. A condition on a missing field of a web metric
#   is then an error or a failed measurement, never the default.
#   The operators of the expression language (`??`, `== nil`) do what one wants.
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
	web := map[string]any{"requests": 100.0} // no "errors" in this answer
	for _, condition := range []string{
		`default(result.errors, 0) == 0`,
		`default(result.errors, 0) < 5`,
		`default(result.errors, 0) == result`,
		`isNil(result.errors)`,
		`(result.errors ?? 0) < 5`,
		`result.errors == nil`,
	} {
		phase, _ := evaluate.EvaluateResult(web, v1alpha1.Metric{SuccessCondition: condition}, *logrus.NewEntry(logrus.New()))
		fmt.Printf("%s => %s\n", condition, phase)
	}
}
GO

expected='default(result.errors, 0) == 0 => Failed
default(result.errors, 0) < 5 => Error
default(result.errors, 0) == result => Successful
isNil(result.errors) => Failed
(result.errors ?? 0) < 5 => Successful
result.errors == nil => Successful'
seen=$(go run .)
echo "argo-rollouts $(go list -m -f '{{.Version}}' github.com/argoproj/argo-rollouts), result {\"requests\": 100}"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
