//go:build !rollouts_1_8

package api

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/autoscaling/validation"
)

func validateAutoscaler(object *autoscaling.HorizontalPodAutoscaler) field.ErrorList {
	options := validation.HorizontalPodAutoscalerSpecValidationOptions{MinReplicasLowerBound: 1}
	return validation.ValidateHorizontalPodAutoscaler(object, options)
}
