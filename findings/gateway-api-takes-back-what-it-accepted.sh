#!/usr/bin/env bash
# Gateway API 1.6.1 and 1.7.0, standard channel, 2026-11-30. Needs: go, unzip, curl.
#
# Guess: `gateway.networking.k8s.io/v1` is generally available, so an HTTPRoute
#   that one release of its definition accepts is accepted by the next.
# True: 1.7.0 refuses two rules of one name, which 1.6.1 accepts, and drops
#   `sessionName` below `sessionPersistence` in the experimental channel, where
#   the name of a cookie has moved to `cookie.name`. The API version is the same.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

proxy=$(go env GOPROXY)
proxy=${proxy%%[,|]*}
[ "$proxy" = direct ] && proxy=https://proxy.golang.org
for release in 1.6.1 1.7.0; do
  # The module wants a newer Go than most have; only its definitions are read.
  quiet curl -fsS -o "$release.zip" "$proxy/sigs.k8s.io/gateway-api/@v/v$release.zip"
  quiet unzip -q "$release.zip" "sigs.k8s.io/gateway-api@v$release/config/crd/*/gateway.networking.k8s.io_httproutes.yaml"
done

quiet go mod init example.test/finding
quiet go get k8s.io/apiextensions-apiserver@v0.36.6 sigs.k8s.io/yaml@v1.6.0
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/util/json"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

const route = `
spec:
  parentRefs: [{name: public}]
  rules:
    - {name: web, backendRefs: [{name: a, port: 80}]}
    - {name: web, backendRefs: [{name: b, port: 80}], sessionPersistence: {sessionName: shop}}
`

func main() {
	for _, release := range []string{"1.6.1", "1.7.0"} {
		schema := schemaOf(release, "standard")
		object := map[string]any{}
		text, err := yaml.YAMLToJSON([]byte(route))
		if err != nil {
			panic(err)
		}
		// Whole numbers stay whole, as in the API server.
		if err := json.Unmarshal(text, &object); err != nil {
			panic(err)
		}
		pruning.Prune(object, schema, true)
		defaulting.Default(object, schema)
		errs, _ := cel.NewValidator(schema, true, celconfig.PerCallLimit).
			Validate(context.Background(), nil, schema, object, nil, celconfig.RuntimeCELCostBudget)
		fmt.Printf("%s: %d errors of two rules of one name, sessionName in the experimental channel %v\n",
			release, len(errs), hasSessionName(schemaOf(release, "experimental")))
	}
}

func schemaOf(release, channel string) *structural.Structural {
	text, err := os.ReadFile("sigs.k8s.io/gateway-api@v" + release + "/config/crd/" + channel + "/gateway.networking.k8s.io_httproutes.yaml")
	if err != nil {
		panic(err)
	}
	crd := v1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		panic(err)
	}
	internal := apiextensions.JSONSchemaProps{}
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(crd.Spec.Versions[0].Schema.OpenAPIV3Schema, &internal, nil); err != nil {
		panic(err)
	}
	made, err := structural.NewStructural(&internal)
	if err != nil {
		panic(err)
	}
	return made
}

func hasSessionName(schema *structural.Structural) bool {
	rules := schema.Properties["spec"].Properties["rules"]
	_, found := rules.Items.Properties["sessionPersistence"].Properties["sessionName"]
	return found
}
GO
quiet go mod tidy

expected='1.6.1: 0 errors of two rules of one name, sessionName in the experimental channel true
1.7.0: 1 errors of two rules of one name, sessionName in the experimental channel false'
seen=$(go run .)
echo "Gateway API 1.6.1 and 1.7.0, apiextensions $(go list -m -f '{{.Version}}' k8s.io/apiextensions-apiserver)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
