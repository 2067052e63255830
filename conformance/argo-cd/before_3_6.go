//go:build !argo_cd_3_6

package main

import (
	_ "unsafe" // for go:linkname

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// comparisonResult begins with the fields of the type of this name in Argo CD; no other is read.
type comparisonResult struct {
	syncStatus           *v1alpha1.SyncStatus
	healthStatus         healthStatusCode
	resources            []v1alpha1.ResourceStatus
	managedResources     []struct{}
	reconciliationResult reconciliationResult
	diffConfig           argodiff.DiffConfig
}

//go:linkname normalizeTargetResources github.com/argoproj/argo-cd/v3/controller.normalizeTargetResources
func normalizeTargetResources(result *comparisonResult) ([]*unstructured.Unstructured, error)

// normalizedTargets are the targets that RespectIgnoreDifferences makes.
func normalizedTargets(result *comparisonResult) ([]*unstructured.Unstructured, error) {
	return normalizeTargetResources(result)
}

// isModified says whether Argo CD takes an object for OutOfSync.
func isModified(live, target *unstructured.Unstructured, config argodiff.DiffConfig) (bool, error) {
	result, err := argodiff.StateDiff(live, target, config)
	return result.Modified, err
}
