#!/usr/bin/env bash
# Argo CD 3.6.1, 2026-11-30. Needs: go (1.21 or newer, which downloads 1.27.0).
#
# Guess: RespectIgnoreDifferences=true keeps what an Application ignores. Without
#   ignoreDifferences it changes nothing.
# True: it also keeps what Argo CD normalizes. The pod template of a Rollout is
#   brought into the form of Kubernetes' own types, in which each container has
#   `resources`. If a container in the cluster has none, that is a difference, and
#   the sync applies the containers of the cluster: a new image never arrives.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOTOOLCHAIN=go1.27.0 GOFLAGS=-mod=mod
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
# Argo CD's replacements, without that of a folder of its own.
quiet go mod download -json github.com/argoproj/argo-cd/v3@v3.6.1
sed -n '/^replace ($/,/^)/p' "$(sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' setup.log)" >>go.mod
quiet go get github.com/argoproj/argo-cd/v3@v3.6.1 github.com/argoproj/argo-cd/gitops-engine/v3@v3.6.1
cat >main.go <<'GO'
package main

import (
	"fmt"
	_ "unsafe"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/v3/common"
	_ "github.com/argoproj/argo-cd/v3/controller"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/util/proto"
	"k8s.io/kubectl/pkg/util/openapi"
)

// comparisonResult begins as the type of this name in Argo CD.
type comparisonResult struct {
	syncStatus           *v1alpha1.SyncStatus
	healthStatus         health.HealthStatusCode
	healthMessage        string
	resources            []v1alpha1.ResourceStatus
	managedResources     []struct{}
	reconciliationResult sync.ReconciliationResult
	diffConfig           argodiff.DiffConfig
}

// What RespectIgnoreDifferences=true makes of what Git has.
//
//go:linkname normalizeTargetResources github.com/argoproj/argo-cd/v3/controller.normalizeTargetResources
func normalizeTargetResources(schemas openapi.Resources, result *comparisonResult) ([]*unstructured.Unstructured, error)

// Lists of the custom resource are lists without a key, as without its schema.
type noSchemas struct{}

func (noSchemas) LookupResource(schema.GroupVersionKind) proto.Schema  { return nil }
func (noSchemas) GetConsumes(schema.GroupVersionKind, string) []string { return nil }

func rollout(container map[string]any) *unstructured.Unstructured {
	container["name"] = "app"
	container["ports"] = []any{map[string]any{"containerPort": int64(8080)}}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Rollout",
		"metadata":   map[string]any{"name": "app", "namespace": "shop"},
		"spec": map[string]any{
			"template": map[string]any{"spec": map[string]any{"containers": []any{container}}},
		},
	}}
}

func applied(live, target *unstructured.Unstructured) string {
	config, err := argodiff.NewDiffConfigBuilder().
		WithDiffSettings([]v1alpha1.ResourceIgnoreDifferences{}, map[string]v1alpha1.ResourceOverride{}, false, normalizers.IgnoreNormalizerOpts{}).
		WithTracking(common.LabelKeyAppInstance, string(v1alpha1.TrackingMethodAnnotation)).
		WithManager(common.ArgoCDSSAManager).
		WithNoCache().
		Build()
	if err != nil {
		panic(err)
	}
	targets, err := normalizeTargetResources(noSchemas{}, &comparisonResult{
		reconciliationResult: sync.ReconciliationResult{
			Live:   []*unstructured.Unstructured{live},
			Target: []*unstructured.Unstructured{target},
		},
		diffConfig: config,
	})
	if err != nil {
		panic(err)
	}
	containers, _, _ := unstructured.NestedSlice(targets[0].Object, "spec", "template", "spec", "containers")
	return containers[0].(map[string]any)["image"].(string)
}

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	none := map[string]any{}
	for _, one := range []struct {
		name       string
		live, next map[string]any
	}{
		{"resources in the cluster and in Git", map[string]any{"resources": none}, map[string]any{"resources": none}},
		{"resources in the cluster only", map[string]any{"resources": none}, map[string]any{}},
		{"resources in Git only", map[string]any{}, map[string]any{"resources": none}},
		{"no resources", map[string]any{}, map[string]any{}},
	} {
		one.live["image"], one.next["image"] = "app:1", "app:2"
		fmt.Printf("%s: a sync of app:2 over app:1 applies %s\n", one.name, applied(rollout(one.live), rollout(one.next)))
	}
}
GO
# Without a file of assembly Go refuses a function that has no body.
echo '// Empty.' >linked.s
quiet go mod tidy

expected='resources in the cluster and in Git: a sync of app:2 over app:1 applies app:2
resources in the cluster only: a sync of app:2 over app:1 applies app:2
resources in Git only: a sync of app:2 over app:1 applies app:1
no resources: a sync of app:2 over app:1 applies app:1'
seen=$(go run -ldflags=-checklinkname=0 .)
echo "argo-cd $(go list -m -f '{{.Version}}' github.com/argoproj/argo-cd/v3)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected" >&2
  exit 1
fi
