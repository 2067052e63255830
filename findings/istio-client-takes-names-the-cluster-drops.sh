#!/usr/bin/env bash
# istio.io/client-go and istio.io/api 1.32.0, apiextensions-apiserver 0.37.2,
# 2026-11-28. Needs: go.
#
# Guess: a field that Istio's Go client reads with its value reaches the mesh,
#   and a misspelt one is dropped by both sides or refused by both.
# True: the client also takes the protobuf spelling (`retry_on`,
#   `per_try_timeout`), the CRD of the same release knows only `retryOn`. Unless
#   the request asks for strict field validation, the API server removes the field
#   and the retries have no condition of their own. A check written on the client
#   library sees the value and finds nothing wrong.
#   One exception: the CRD declares `mirror_percent` in both spellings.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get istio.io/api@v1.32.0 istio.io/client-go/pkg/apis/networking/v1@v1.32.0 \
  k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning@v0.37.2 sigs.k8s.io/yaml@v1.6.0
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	crdv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"sigs.k8s.io/yaml"
)

const object = `{"spec":{"http":[{"mirror_percent":5,"retries":{"attempts":2,"per_try_timeout":"2s","retry_on":"5xx"}}]}}`

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var read istio.VirtualService
	must(json.Unmarshal([]byte(object), &read))
	route := read.Spec.Http[0]
	fmt.Printf("client reads: mirror %d, retryOn %q, perTryTimeout %s\n",
		route.MirrorPercent.GetValue(), route.Retries.RetryOn, route.Retries.PerTryTimeout.AsDuration())

	text, err := os.ReadFile(os.Args[1])
	must(err)
	for _, document := range strings.Split(string(text), "\n---\n") {
		var crd crdv1.CustomResourceDefinition
		must(yaml.Unmarshal([]byte(document), &crd))
		if crd.Spec.Names.Kind != "VirtualService" {
			continue
		}
		var internal apiextensions.JSONSchemaProps
		must(crdv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, &internal, nil))
		structural, err := schema.NewStructural(&internal)
		must(err)
		var stored map[string]any
		must(json.Unmarshal([]byte(object), &stored))
		pruning.Prune(stored, structural, false)
		kept, _ := json.Marshal(stored["spec"])
		fmt.Printf("cluster keeps: %s\n", kept)
	}
}
GO

expected='client reads: mirror 5, retryOn "5xx", perTryTimeout 2s
cluster keeps: {"http":[{"mirror_percent":5,"retries":{"attempts":2}}]}'
seen=$(go run . "$(go list -m -f '{{.Dir}}' istio.io/api)/kubernetes/customresourcedefinitions.gen.yaml")
go list -m istio.io/api istio.io/client-go k8s.io/apiextensions-apiserver
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
