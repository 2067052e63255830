//go:build argo_cd_3_1

// Up to 3.1 the engine is a module of its own, which has another path.
package main

import (
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/argoproj/gitops-engine/pkg/sync"
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
