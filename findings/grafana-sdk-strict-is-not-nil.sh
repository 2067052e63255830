#!/usr/bin/env bash
# Grafana Foundation SDK for Go 0.0.22, 2026-11-28. Needs: go.
#
# Guess: UnmarshalJSONStrict of a dashboard returns nil for a valid one, and an
#   error for one with a misspelt field, wherever the field is.
# True: of every valid dashboard it returns an error that is not nil and has an
#   empty text, so `if err != nil` refuses all dashboards. And it is strict about
#   options of panels, custom fields and queries only after the variants of these
#   plugins were registered: before, misspelt ones get the same empty error.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go get github.com/grafana/grafana-foundation-sdk/go@v0.0.22
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func board(width, query string) string {
	return `{"schemaVersion": 41, "editable": true, "annotations": {}, "templating": {}, "panels": [{
		"type": "timeseries", "id": 1, "fieldConfig": {"defaults": {"custom": {"` + width + `": 3}}, "overrides": []},
		"targets": [{"refId": "A", "` + query + `": "up", "datasource": {"type": "prometheus", "uid": "p"}}]}]}`
}

func try(name, text string) {
	var one dashboard.Dashboard
	err := one.UnmarshalJSONStrict([]byte(text))
	fmt.Printf("%s: nil %t, text %q\n", name, err == nil, fmt.Sprint(err))
}

func main() {
	valid, misspelt := board("lineWidth", "expr"), board("lineWidht", "exprr")
	try("valid, nothing registered", valid)
	try("misspelt, nothing registered", misspelt)
	cog.NewRuntime().RegisterPanelcfgVariant(timeseries.VariantConfig())
	cog.NewRuntime().RegisterDataqueryVariant(prometheus.VariantConfig())
	try("valid, both registered", valid)
	try("misspelt, both registered", misspelt)
}
GO
quiet go mod tidy

expected='valid, nothing registered: nil false, text ""
misspelt, nothing registered: nil false, text ""
valid, both registered: nil false, text ""
misspelt, both registered: nil false, text "panels[0].targets[0].expr: required field is missing from input\npanels[0].targets[0].Dataquery: unexpected field '"'exprr'"'\npanels[0].fieldConfig.defaults.custom.GraphFieldConfig: unexpected field '"'lineWidht'"'"'
seen=$(go run .)
echo "grafana-foundation-sdk $(go list -m -f '{{.Version}}' github.com/grafana/grafana-foundation-sdk/go)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
