package cluster

import (
	"context"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/argoproj/argo-rollouts/analysis"
	"github.com/argoproj/argo-rollouts/experiments"
	"github.com/argoproj/argo-rollouts/rollout"
)

// The controllers export only loops that never end. These are what the loops call for one key, reached by their names in
// the linker, so that what runs is the controllers' own code and nothing else.

//go:linkname syncRollout github.com/argoproj/argo-rollouts/rollout.(*Controller).syncHandler
func syncRollout(c *rollout.Controller, ctx context.Context, key string) error

//go:linkname syncAnalysisRun github.com/argoproj/argo-rollouts/analysis.(*Controller).syncHandler
func syncAnalysisRun(c *analysis.Controller, ctx context.Context, key string) error

//go:linkname syncExperiment github.com/argoproj/argo-rollouts/experiments.(*Controller).syncHandler
func syncExperiment(c *experiments.Controller, ctx context.Context, key string) error

// rolloutNow is the one clock of the rollout controller that its time package does not cover: the progress deadline's.
//
//go:linkname rolloutNow github.com/argoproj/argo-rollouts/rollout.nowFn
var rolloutNow func() time.Time
