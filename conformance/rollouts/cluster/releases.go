//go:build !rollouts_1_8

package cluster

import (
	"github.com/argoproj/argo-rollouts/rollout"
	"k8s.io/client-go/tools/cache"
)

func (i *informer) AddEventHandlerWithOptions(handler cache.ResourceEventHandler, _ cache.HandlerOptions) (cache.ResourceEventHandlerRegistration, error) {
	return i.AddEventHandler(handler)
}

func withPodRetries(config rollout.ControllerConfig) rollout.ControllerConfig {
	config.EphemeralMetadataThreads = rollout.DefaultEphemeralMetadataThreads
	config.EphemeralMetadataPodRetries = rollout.DefaultEphemeralMetadataPodRetries
	return config
}
