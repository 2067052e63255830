#!/usr/bin/env bash
# KEDA 2.21.0, 2026-11-28. Needs: go.
#
# Guess: the annotation `autoscaling.keda.sh/paused: "no"` (or "off", or an empty
#   text) leaves the autoscaler running, or is refused.
# True: only what Go's ParseBool reads as false ("false", "False", "FALSE", "f",
#   "F", "0") keeps it running. Any other text, "no" and "" among them, pauses
#   it; the same goes for paused-scale-in and paused-scale-out. A chart that
#   writes the value of an empty or a yes/no setting stops scaling.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/kedacore/keda/v2/apis/keda/v1alpha1@v2.21.0
cat >main.go <<'GO'
package main

import (
	"fmt"

	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
)

func main() {
	for _, value := range []string{"true", "false", "False", "0", "no", "off", "disabled", ""} {
		var object keda.ScaledObject
		object.Annotations = map[string]string{keda.PausedAnnotation: value, keda.PausedScaleInAnnotation: value}
		fmt.Printf("%q => paused %t, scale-in paused %t\n", value, object.NeedToBePausedByAnnotation(), object.NeedToPauseScaleIn())
	}
}
GO

expected='"true" => paused true, scale-in paused true
"false" => paused false, scale-in paused false
"False" => paused false, scale-in paused false
"0" => paused false, scale-in paused false
"no" => paused true, scale-in paused true
"off" => paused true, scale-in paused true
"disabled" => paused true, scale-in paused true
"" => paused true, scale-in paused true'
seen=$(go run .)
echo "keda $(go list -m -f '{{.Version}}' github.com/kedacore/keda/v2)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
