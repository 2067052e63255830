//go:build argo_cd_3_6

// From 3.6 on the path of the engine has a version, comparisons take a context, and lists of custom resources are merged as
// the definitions say.
package main

import (
	"context"
	_ "unsafe" // for go:linkname

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/kubectl/pkg/util/openapi"
)

type (
	healthStatusCode     = health.HealthStatusCode
	reconciliationResult = sync.ReconciliationResult
)

func resourceHealth(object *unstructured.Unstructured) (string, error) {
	status, err := health.GetResourceHealth(object, lua.ResourceHealthOverrides{})
	if status == nil || err != nil {
		return "", err
	}
	return string(status.Status), nil
}

// comparisonResult begins with the fields of the type of this name in Argo CD; no other is read.
type comparisonResult struct {
	syncStatus           *v1alpha1.SyncStatus
	healthStatus         healthStatusCode
	healthMessage        string
	resources            []v1alpha1.ResourceStatus
	managedResources     []struct{}
	reconciliationResult reconciliationResult
	diffConfig           argodiff.DiffConfig
}

//go:linkname normalizeTargetResources github.com/argoproj/argo-cd/v3/controller.normalizeTargetResources
func normalizeTargetResources(schemas openapi.Resources, result *comparisonResult) ([]*unstructured.Unstructured, error)

// normalizedTargets are the targets that RespectIgnoreDifferences makes.
func normalizedTargets(result *comparisonResult) ([]*unstructured.Unstructured, error) {
	published, err := publishedSchemas()
	if err != nil {
		return nil, err
	}
	return normalizeTargetResources(published, result)
}

// isModified says whether Argo CD takes an object for OutOfSync.
func isModified(live, target *unstructured.Unstructured, config argodiff.DiffConfig) (bool, error) {
	result, err := argodiff.StateDiff(context.Background(), live, target, config)
	return result.Modified, err
}
