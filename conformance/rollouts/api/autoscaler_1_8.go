//go:build rollouts_1_8

package api

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/autoscaling/validation"
)

// Kubernetes 1.29, which Argo Rollouts 1.8 is built with, has no options here.
func validateAutoscaler(object *autoscaling.HorizontalPodAutoscaler) field.ErrorList {
	return validation.ValidateHorizontalPodAutoscaler(object)
}
