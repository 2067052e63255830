//go:build rollouts_1_8

package main

import "github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"

func isClusterScope(ref v1alpha1.AnalysisTemplateRef) bool { return ref.ClusterScope }
