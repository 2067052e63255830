#!/usr/bin/env bash
# KEDA 2.21.0, 2026-11-29. Needs: go.
#
# Guess: a trigger whose `authenticationRef` names a TriggerAuthentication that
#   does not exist is an error of the ScaledObject.
# True: KEDA writes a line to its log and goes on with no parameters at all. A
#   scaler that can do without a credential asks without one; the others fail
#   later for want of a parameter, and name that instead of the reference.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/kedacore/keda/v2/pkg/scaling/resolver@v2.21.0
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/go-logr/logr/funcr"
	keda "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/scaling/resolver"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

func main() {
	scheme := runtime.NewScheme()
	if err := keda.AddToScheme(scheme); err != nil {
		panic(err)
	}
	empty := fake.NewClientBuilder().WithScheme(scheme).Build()
	lines := 0
	log := funcr.New(func(string, string) { lines++ }, funcr.Options{})
	reference := &keda.AuthenticationRef{Name: "not-there"}
	parameters, _, err := resolver.ResolveAuthRefAndPodIdentity(context.Background(), empty, log, reference, nil, "shop", nil)
	fmt.Printf("error %v, %d parameters, %d line in the log\n", err, len(parameters), lines)
}
GO
quiet go mod tidy

expected='error <nil>, 0 parameters, 1 line in the log'
seen=$(go run .)
echo "keda $(go list -m -f '{{.Version}}' github.com/kedacore/keda/v2)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
