//go:build !rollouts_1_8 && !rollouts_1_9

package cluster

import (
	"github.com/argoproj/argo-rollouts/analysis"
	kubeinformers "k8s.io/client-go/informers"
)

func withJobPods(kube kubeinformers.SharedInformerFactory, config analysis.ControllerConfig) analysis.ControllerConfig {
	config.JobPodsInformer = kube.Core().V1().Pods()
	return config
}
