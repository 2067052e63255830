//go:build rollouts_1_8

package cluster

import "github.com/argoproj/argo-rollouts/rollout"

// Argo Rollouts 1.8 has nothing to configure here.
func withPodRetries(config rollout.ControllerConfig) rollout.ControllerConfig { return config }
