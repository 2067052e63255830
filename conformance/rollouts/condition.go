package main

import (
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"

	"cdk8s-canary.dev/conformance/rollouts/measure"
)

// conditionRequest asks what one measurement is worth.
type conditionRequest struct {
	Success string         `json:"success"`
	Failure string         `json:"failure"`
	Result  measure.Result `json:"result"`
}

type conditionVerdict struct {
	Phase   string `json:"phase"`
	Value   string `json:"value"`
	Message string `json:"message,omitempty"`
}

func judgeCondition(request conditionRequest) (conditionVerdict, error) {
	metric := v1alpha1.Metric{
		Name:             "condition",
		SuccessCondition: request.Success,
		FailureCondition: request.Failure,
		Provider:         v1alpha1.MetricProvider{Prometheus: &v1alpha1.PrometheusMetric{Query: "vector(0)"}},
	}
	provider, err := measure.Provider(metric, request.Result)
	if err != nil {
		return conditionVerdict{}, err
	}
	measurement := provider.Run(&v1alpha1.AnalysisRun{}, metric)
	return conditionVerdict{string(measurement.Phase), measurement.Value, measurement.Message}, nil
}
