package main

import (
	"context"
	"fmt"

	"github.com/argoproj/argo-rollouts/metricproviders/prometheus"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	analysisutil "github.com/argoproj/argo-rollouts/utils/analysis"
	"github.com/argoproj/argo-rollouts/utils/evaluate"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cdk8s-canary.dev/conformance/rollouts/api"
	"cdk8s-canary.dev/conformance/rollouts/cluster"
)

// use is one place at which a rollout uses analysis templates.
type use struct {
	path     string
	analysis v1alpha1.RolloutAnalysis
}

func usesOf(rollout *v1alpha1.Rollout) []use {
	uses := []use{}
	if canary := rollout.Spec.Strategy.Canary; canary != nil {
		if canary.Analysis != nil {
			uses = append(uses, use{"spec.strategy.canary.analysis", canary.Analysis.RolloutAnalysis})
		}
		for i, step := range canary.Steps {
			if step.Analysis != nil {
				uses = append(uses, use{fmt.Sprintf("spec.strategy.canary.steps[%d].analysis", i), *step.Analysis})
			}
			if step.Experiment == nil {
				continue
			}
			for j, template := range step.Experiment.Analyses {
				uses = append(uses, use{
					fmt.Sprintf("spec.strategy.canary.steps[%d].experiment.analyses[%d]", i, j),
					v1alpha1.RolloutAnalysis{
						Templates: []v1alpha1.AnalysisTemplateRef{{TemplateName: template.TemplateName, ClusterScope: template.ClusterScope}},
						Args:      template.Args,
						DryRun:    step.Experiment.DryRun,
					},
				})
			}
		}
	}
	if blueGreen := rollout.Spec.Strategy.BlueGreen; blueGreen != nil {
		if blueGreen.PrePromotionAnalysis != nil {
			uses = append(uses, use{"spec.strategy.blueGreen.prePromotionAnalysis", *blueGreen.PrePromotionAnalysis})
		}
		if blueGreen.PostPromotionAnalysis != nil {
			uses = append(uses, use{"spec.strategy.blueGreen.postPromotionAnalysis", *blueGreen.PostPromotionAnalysis})
		}
	}
	return uses
}

// judgeAnalyses starts an analysis run for each use, as the controller would when its step comes.
func judgeAnalyses(world *cluster.Cluster, object unstructured.Unstructured, rollout *v1alpha1.Rollout) ([]api.Problem, []query, error) {
	problems, queries := []api.Problem{}, []query{}
	for i, use := range usesOf(rollout) {
		templates, clusterTemplates, names, err := referenced(world, rollout.Namespace, use.analysis.Templates)
		problem := func(by, message string) {
			problems = append(problems, api.Problem{Object: api.Name(object), Path: use.path, Message: message, By: by, Also: names})
		}
		if err != nil { // not there, or refused
			problem("analysis", err.Error())
			continue
		}
		some := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{v1alpha1.DefaultRolloutUniqueLabelKey: "5f7d8c9b4"}}}
		args, err := analysisutil.BuildArgumentsForRolloutAnalysisRun(use.analysis.Args, some, some, rollout)
		if err != nil {
			problem("analysis", err.Error())
			continue
		}
		run, err := analysisutil.NewAnalysisRunFromTemplates(templates, clusterTemplates, args, use.analysis.DryRun,
			use.analysis.MeasurementRetention, nil, nil, fmt.Sprintf("%s-%d", rollout.Name, i), "", rollout.Namespace)
		if err != nil {
			problem("analysis", err.Error())
			continue
		}
		started, err := start(world, run)
		if err != nil {
			return nil, nil, err
		}
		if started.Status.Phase == v1alpha1.AnalysisPhaseError {
			problem("analysis", started.Status.Message)
			continue
		}
		queries = append(queries, judgeMetrics(run, api.Name(object), use.path, names, problem)...)
	}
	return problems, queries, nil
}

// judgeRun tells how an analysis run of the set begins.
func judgeRun(world *cluster.Cluster, object unstructured.Unstructured) ([]api.Problem, []query, error) {
	problems := []api.Problem{}
	problem := func(by, message string) {
		problems = append(problems, api.Problem{Object: api.Name(object), Message: message, By: by})
	}
	run, err := world.Rollouts.ArgoprojV1alpha1().AnalysisRuns(namespaceOf(object)).Get(context.Background(), object.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, nil, err
	}
	if run.Status.Phase == v1alpha1.AnalysisPhaseError {
		problem("analysis", run.Status.Message)
		return problems, nil, nil
	}
	queries := judgeMetrics(run, api.Name(object), "", nil, problem)
	return problems, queries, nil
}

// judgeMetrics tells which metrics of a run end every measurement in an error, and gives their queries.
func judgeMetrics(run *v1alpha1.AnalysisRun, object, path string, names []string, problem func(by, message string)) []query {
	queries := []query{}
	for _, metric := range run.Spec.Metrics {
		resolved, err := analysisutil.ResolveMetricArgs(metric, withoutSecrets(run.Spec.Args))
		if err != nil {
			problem("analysis", err.Error())
			continue
		}
		for _, message := range measurementProblems(*resolved) {
			problem("measurement", fmt.Sprintf("metric %q: %s", metric.Name, message))
		}
		if asked := resolved.Provider.Prometheus; asked != nil {
			queries = append(queries, query{
				Object: object, Metric: metric.Name, Query: asked.Query, Range: asked.RangeQuery != nil,
				Path: path, Success: resolved.SuccessCondition, Failure: resolved.FailureCondition, Also: names,
			})
		}
	}
	return queries
}

// referenced are the templates that references mean, those that they refer to in turn included, as the controller finds them.
func referenced(world *cluster.Cluster, namespace string, refs []v1alpha1.AnalysisTemplateRef) ([]*v1alpha1.AnalysisTemplate, []*v1alpha1.ClusterAnalysisTemplate, []string, error) {
	var templates []*v1alpha1.AnalysisTemplate
	var clusterTemplates []*v1alpha1.ClusterAnalysisTemplate
	names := []string{}
	argo := world.Rollouts.ArgoprojV1alpha1()
	for _, ref := range refs {
		var nested []v1alpha1.AnalysisTemplateRef
		if isClusterScope(ref) {
			found, err := argo.ClusterAnalysisTemplates().Get(context.Background(), ref.TemplateName, metav1.GetOptions{})
			if err != nil {
				return nil, nil, nil, err
			}
			clusterTemplates, nested = append(clusterTemplates, found), found.Spec.Templates
			names = append(names, "ClusterAnalysisTemplate//"+ref.TemplateName)
		} else {
			found, err := argo.AnalysisTemplates(namespace).Get(context.Background(), ref.TemplateName, metav1.GetOptions{})
			if err != nil {
				return nil, nil, nil, err
			}
			templates, nested = append(templates, found), found.Spec.Templates
			names = append(names, fmt.Sprintf("AnalysisTemplate/%s/%s", namespace, ref.TemplateName))
		}
		more, moreCluster, moreNames, err := referenced(world, namespace, nested)
		if err != nil {
			return nil, nil, nil, err
		}
		templates, clusterTemplates, names = append(templates, more...), append(clusterTemplates, moreCluster...), append(names, moreNames...)
	}
	templates, clusterTemplates = analysisutil.FilterUniqueTemplates(templates, clusterTemplates)
	return templates, clusterTemplates, names, nil
}

// start lets the analysis controller begin a run.
func start(world *cluster.Cluster, run *v1alpha1.AnalysisRun) (*v1alpha1.AnalysisRun, error) {
	runs := world.Rollouts.ArgoprojV1alpha1().AnalysisRuns(run.Namespace)
	if _, err := runs.Create(context.Background(), run, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	for world.Step(context.Background()) {
	}
	return runs.Get(context.Background(), run.Name, metav1.GetOptions{})
}

func withoutSecrets(args []v1alpha1.Argument) []v1alpha1.Argument {
	plain := []v1alpha1.Argument{}
	for _, arg := range args {
		if arg.ValueFrom != nil && arg.ValueFrom.SecretKeyRef != nil {
			secret := "secret"
			arg.ValueFrom, arg.Value = nil, &secret
		}
		plain = append(plain, arg)
	}
	return plain
}

// results are what a query may give. A condition that can judge none of them never judges anything.
var results = []any{1.0, []float64{1}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []float64{}}

// webResults are what else a web service may answer: any JSON.
var webResults = append([]any{"ok", "1", true, nil, []any{}, []any{"ok"}, map[string]any{}}, results...)

// measurementProblems are the reasons for which every measurement of a metric would end in an error. What the conditions
// of a query can judge is asked apart.
func measurementProblems(metric v1alpha1.Metric) []string {
	found := []string{}
	if metric.Provider.Prometheus != nil {
		if _, err := prometheus.NewPrometheusAPI(metric); err != nil {
			found = append(found, err.Error())
		}
		if timeout := metric.Provider.Prometheus.Timeout; timeout != nil && *timeout < 0 {
			found = append(found, "prometheus timeout should not be negative")
		}
	}
	if metric.Provider.Prometheus != nil {
		return found // what its conditions can judge depends on the type of the query
	}
	given := results
	if metric.Provider.Web != nil {
		given = webResults
	}
	for name, condition := range map[string]string{"successCondition": metric.SuccessCondition, "failureCondition": metric.FailureCondition} {
		if condition == "" {
			continue
		}
		var failure error
		for _, result := range given {
			_, err := evaluate.EvalCondition(result, condition)
			if failure = err; err == nil {
				break
			}
		}
		if failure != nil {
			found = append(found, name+": "+failure.Error())
		}
	}
	return found
}
