//go:build rollouts_1_8 || rollouts_1_9

package cluster

import (
	"github.com/argoproj/argo-rollouts/analysis"
	kubeinformers "k8s.io/client-go/informers"
)

// Before 1.10 the analysis controller does not look at the pods of Jobs.
func withJobPods(_ kubeinformers.SharedInformerFactory, config analysis.ControllerConfig) analysis.ControllerConfig {
	return config
}
