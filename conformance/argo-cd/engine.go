//go:build !argo_cd_3_1 && !argo_cd_3_6

// From 3.3 on the engine is a folder of the repository of Argo CD.
package main

import (
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
