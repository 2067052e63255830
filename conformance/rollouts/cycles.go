package main

import (
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"cdk8s-canary.dev/conformance/rollouts/api"
	"cdk8s-canary.dev/conformance/rollouts/cluster"
)

// endless tells which rollouts come upon a template that contains itself. The controller (rollout/controller.go,
// getReferencedAnalysisTemplatesFromRef) follows it until its stack overflows, and dies with it; so nobody can be asked.
func endless(rollouts, templates []unstructured.Unstructured) []api.Problem {
	nested := map[string][]v1alpha1.AnalysisTemplateRef{}
	for _, object := range templates {
		var template v1alpha1.AnalysisTemplate
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &template); err != nil {
			continue // which the controller cannot read either
		}
		nested[api.Name(object)] = template.Spec.Templates
	}
	problems := []api.Problem{}
	for _, object := range rollouts {
		var rollout v1alpha1.Rollout
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &rollout); err != nil {
			continue
		}
		namespace := rollout.Namespace
		if namespace == "" {
			namespace = cluster.Namespace
		}
		for _, use := range usesOf(&rollout) {
			if name := circle(nested, use.analysis.Templates, namespace, map[string]bool{}); name != "" {
				message := fmt.Sprintf("the controller follows %s, which contains itself, until its stack overflows", name)
				problems = append(problems, api.Problem{Object: api.Name(object), Path: use.path, Message: message, By: "controller", Also: []string{name}})
			}
		}
	}
	return problems
}

// circle is the first template that is met again on the way to it; empty where there is none.
func circle(nested map[string][]v1alpha1.AnalysisTemplateRef, refs []v1alpha1.AnalysisTemplateRef, namespace string, above map[string]bool) string {
	for _, ref := range refs {
		name := fmt.Sprintf("AnalysisTemplate/%s/%s", namespace, ref.TemplateName)
		if isClusterScope(ref) {
			name = "ClusterAnalysisTemplate//" + ref.TemplateName
		}
		if above[name] {
			return name
		}
		above[name] = true
		if found := circle(nested, nested[name], namespace, above); found != "" {
			return found
		}
		delete(above, name)
	}
	return ""
}
