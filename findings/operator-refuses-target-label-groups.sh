#!/usr/bin/env bash
# Prometheus Operator 0.93.0 (github.com/prometheus-operator/prometheus-operator) and Prometheus 2.42.0
# (github.com/prometheus/prometheus v0.42.0), 2026-11-29. Needs: go 1.26.
#
# Guess: a relabeling that Prometheus accepts, the operator accepts for a Prometheus object of that version.
# True: `targetLabel: ${1}_name` (a label whose name comes from a group of the regular expression) is documented and valid in
#   Prometheus since 1.x. The operator asks whether the text is a name of a label under the naming rules of that version. For
#   3.x any text is one; for 2.x `$` is not, and the operator rejects the whole ServiceMonitor or PodMonitor, which is then
#   not scraped at all. Prometheus 2.42 itself loads the rule.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
quiet() { "$@" >"$dir/setup.log" 2>&1 || { cat "$dir/setup.log" >&2; exit 2; }; }

mkdir "$dir/operator" "$dir/prometheus"
cat >"$dir/operator/main.go" <<'GO'
package main

import (
	"fmt"

	"github.com/blang/semver/v4"
	v1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/prometheus/validation"
)

func main() {
	rule := v1.RelabelConfig{Action: "replace", SourceLabels: []v1.LabelName{"pod"}, Regex: "(.+)", TargetLabel: "${1}_name"}
	for _, version := range []string{"2.42.0", "3.16.0"} {
		validator, err := validation.NewLabelConfigValidatorFromVersion(semver.MustParse(version))
		if err != nil {
			panic(err)
		}
		err = validator.ValidateRelabelConfig(rule)
		fmt.Printf("operator, for Prometheus %s: refused %t\n", version, err != nil)
	}
}
GO
cat >"$dir/prometheus/main.go" <<'GO'
package main

import (
	"fmt"

	"github.com/prometheus/prometheus/model/relabel"
	"gopkg.in/yaml.v2"
)

func main() {
	var rule relabel.Config
	err := yaml.Unmarshal([]byte("{action: replace, source_labels: [pod], regex: (.+), target_label: '${1}_name'}"), &rule)
	fmt.Printf("Prometheus 2.42.0: refused %t\n", err != nil)
}
GO
for one in operator prometheus; do
  cd "$dir/$one"
  quiet go mod init example.com/sample
  case $one in
    operator)
      quiet go get github.com/prometheus-operator/prometheus-operator@v0.93.0
      quiet go get github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring@v0.93.0
      ;;
    prometheus) quiet go get github.com/prometheus/prometheus@v0.42.0 ;;
  esac
  quiet go mod tidy
  quiet go build -o program .
done
cd "$dir"
./operator/program | tee seen
./prometheus/program | tee -a seen

expected='operator, for Prometheus 2.42.0: refused true
operator, for Prometheus 3.16.0: refused false
Prometheus 2.42.0: refused false'
if [ "$(cat seen)" = "$expected" ]; then
  echo 'as described: the operator refuses for 2.x what Prometheus 2.x accepts'
else
  echo 'changed'
  exit 1
fi
