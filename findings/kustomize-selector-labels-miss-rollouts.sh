#!/usr/bin/env bash
# kustomize api 0.21.2 (the library behind the kustomize command), 2026-11-28.
# Needs: go.
#
# Guess: `labels` with `includeSelectors: true` adds the label to selectors and
#   to the pods that they select, for every workload of the folder, as it does
#   change the images of a workload kind that it does not know.
# True: Services and PodDisruptionBudgets get the label in their selectors. A
#   Deployment gets it in its pod template, a Rollout of Argo does not: not even
#   `includeTemplates: true` helps. The build succeeds without a warning, and the
#   Services select no pod of the Rollout.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

mkdir in
cat >in/kustomization.yaml <<'YAML'
resources: [all.yaml]
labels:
  - pairs: {team: shop}
    includeSelectors: true
    includeTemplates: true
YAML
for workload in 'apps/v1 Deployment' 'argoproj.io/v1alpha1 Rollout'; do
  cat >>in/all.yaml <<YAML
---
apiVersion: ${workload% *}
kind: ${workload#* }
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
YAML
done
cat >>in/all.yaml <<'YAML'
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
YAML

quiet go mod init example.test/finding
quiet go get sigs.k8s.io/kustomize/api/krusty@v0.21.2
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "in")
	if err != nil {
		panic(err)
	}
	for _, object := range built.Resources() {
		for _, path := range []string{"spec.selector", "spec.template.metadata.labels"} {
			if value, err := object.GetFieldValue(path); err == nil {
				text, _ := json.Marshal(value)
				fmt.Printf("%s %s => %s\n", object.GetKind(), path, text)
			}
		}
	}
}
GO

expected='Deployment spec.selector => {"matchLabels":{"app":"web","team":"shop"}}
Deployment spec.template.metadata.labels => {"app":"web","team":"shop"}
Rollout spec.selector => {"matchLabels":{"app":"web"}}
Rollout spec.template.metadata.labels => {"app":"web"}
Service spec.selector => {"app":"web","team":"shop"}'
seen=$(go run .)
echo "kustomize api $(go list -m -f '{{.Version}}' sigs.k8s.io/kustomize/api)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
