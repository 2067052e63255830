#!/usr/bin/env bash
# sigs.k8s.io/yaml 1.6.0 (reads manifests in kubectl, the API server and Argo CD),
# kustomize api 0.21.2, go.yaml.in/yaml/v4 4.0.0, 2026-11-28. Needs: go.
#
# Guess: a key written next to a merge key (`<<: *base`) wins over the merged one,
#   wherever the merge key stands; and kubectl and kustomize read one file alike.
# True: for the library of kubectl the later line wins. With the merge key below,
#   the base overwrites the key that was written to override it; kustomize and
#   version 4 of the Go library give the written key. A plain file and the same
#   file behind a kustomization.yaml bring different values to the cluster.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

mkdir in
echo 'resources: [object.yaml]' >in/kustomization.yaml
cat >in/object.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  annotations: &base {weight: "5"}
data:
  weight: "50"
  <<: *base
YAML

quiet go mod init example.test/finding
quiet go get sigs.k8s.io/yaml@v1.6.0 go.yaml.in/yaml/v4@v4.0.0 sigs.k8s.io/kustomize/api/krusty@v0.21.2
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	yaml4 "go.yaml.in/yaml/v4"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	text, err := os.ReadFile("in/object.yaml")
	check(err)
	type object struct{ Data map[string]string }
	var plain, newer object
	check(yaml.Unmarshal(text, &plain))
	check(yaml4.Unmarshal(text, &newer))
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "in")
	check(err)
	fmt.Println("sigs.k8s.io/yaml: weight", plain.Data["weight"])
	fmt.Println("kustomize: weight", built.Resources()[0].GetDataMap()["weight"])
	fmt.Println("go.yaml.in/yaml/v4: weight", newer.Data["weight"])
}
GO

expected='sigs.k8s.io/yaml: weight 5
kustomize: weight 50
go.yaml.in/yaml/v4: weight 50'
seen=$(go run .)
go list -m sigs.k8s.io/yaml sigs.k8s.io/kustomize/api go.yaml.in/yaml/v4
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
