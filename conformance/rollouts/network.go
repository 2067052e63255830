package main

import (
	"context"
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cdk8s-canary.dev/conformance/rollouts/cluster"
)

// network is what the controller writes into Services, VirtualServices, DestinationRules and the Deployment it replaces.
type network struct {
	// Services says, by name, which version a Service selects: "old", "new", "next", or "" where it selects the pods of all.
	Services map[string]string `json:"services,omitempty"`
	// Subsets says the same of the subsets of the DestinationRule.
	Subsets map[string]string `json:"subsets,omitempty"`
	// Routes are the HTTP routes of the first VirtualService, in their order.
	Routes []httpRoute `json:"routes,omitempty"`
	// Deployment is how many replicas the Deployment of workloadRef has.
	Deployment *int32 `json:"deployment,omitempty"`
}

type httpRoute struct {
	Name string        `json:"name"`
	To   []destination `json:"to"`
	// Mirror is where copies of the requests go, if they do.
	Mirror  string `json:"mirror,omitempty"`
	Percent any    `json:"percent,omitempty"`
}

type destination struct {
	Host   string `json:"host"`
	Subset string `json:"subset,omitempty"`
	Weight any    `json:"weight"`
}

func (r *run) network(ro *v1alpha1.Rollout) (seen network, err error) {
	canary := ro.Spec.Strategy.Canary
	if seen.Services, err = r.selectors(ro.Spec.Strategy); err != nil {
		return seen, err
	}
	if ref := ro.Spec.WorkloadRef; ref != nil {
		found, err := r.cluster.Kube.AppsV1().Deployments(cluster.Namespace).Get(context.Background(), ref.Name, metav1.GetOptions{})
		if err != nil {
			return seen, err
		}
		replicas := *found.Spec.Replicas
		seen.Deployment = &replicas
	}
	if canary == nil || canary.TrafficRouting == nil || canary.TrafficRouting.Istio == nil {
		return seen, nil
	}
	istio := canary.TrafficRouting.Istio
	if rule := istio.DestinationRule; rule != nil {
		if seen.Subsets, err = r.subsets(rule.Name); err != nil {
			return seen, err
		}
	}
	if istio.VirtualService != nil {
		seen.Routes, err = r.routes(istio.VirtualService.Name)
	}
	return seen, err
}

// versionOf is the version whose pods a selector selects.
func (r *run) versionOf(selector map[string]string) string {
	return r.names[selector[v1alpha1.DefaultRolloutUniqueLabelKey]]
}

func (r *run) selectors(strategy v1alpha1.RolloutStrategy) (map[string]string, error) {
	names := []string{}
	if canary := strategy.Canary; canary != nil {
		names = append(names, canary.StableService, canary.CanaryService)
		if canary.PingPong != nil {
			names = append(names, canary.PingPong.PingService, canary.PingPong.PongService)
		}
	}
	if blueGreen := strategy.BlueGreen; blueGreen != nil {
		names = append(names, blueGreen.ActiveService, blueGreen.PreviewService)
	}
	seen := map[string]string{}
	for _, name := range names {
		if name == "" {
			continue
		}
		service, err := r.cluster.Kube.CoreV1().Services(cluster.Namespace).Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		seen[name] = r.versionOf(service.Spec.Selector)
	}
	return seen, nil
}

func (r *run) subsets(name string) (map[string]string, error) {
	rule, err := r.cluster.Dynamic.Resource(istioutil.GetIstioDestinationRuleGVR()).Namespace(cluster.Namespace).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	entries, _, _ := unstructured.NestedSlice(rule.Object, "spec", "subsets")
	seen := map[string]string{}
	for _, entry := range entries {
		subset, _ := entry.(map[string]any)
		labels, _, _ := unstructured.NestedStringMap(subset, "labels")
		seen[fmt.Sprint(subset["name"])] = r.versionOf(labels)
	}
	return seen, nil
}

func (r *run) routes(name string) ([]httpRoute, error) {
	service, err := r.cluster.Dynamic.Resource(istioutil.GetIstioVirtualServiceGVR()).Namespace(cluster.Namespace).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	entries, _, _ := unstructured.NestedSlice(service.Object, "spec", "http")
	routes := []httpRoute{}
	for _, entry := range entries {
		route, _ := entry.(map[string]any)
		seen := httpRoute{Name: fmt.Sprint(route["name"]), To: []destination{}}
		targets, _, _ := unstructured.NestedSlice(route, "route")
		for _, entry := range targets {
			target, _ := entry.(map[string]any)
			host, _, _ := unstructured.NestedString(target, "destination", "host")
			subset, _, _ := unstructured.NestedString(target, "destination", "subset")
			seen.To = append(seen.To, destination{host, subset, target["weight"]})
		}
		seen.Mirror, _, _ = unstructured.NestedString(route, "mirror", "host")
		if subset, _, _ := unstructured.NestedString(route, "mirror", "subset"); subset != "" {
			seen.Mirror += "/" + subset
		}
		if percentage, ok, _ := unstructured.NestedFieldNoCopy(route, "mirrorPercentage", "value"); ok {
			seen.Percent = percentage
		}
		routes = append(routes, seen)
	}
	return routes, nil
}
