package main

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	ingressutil "github.com/argoproj/argo-rollouts/utils/ingress"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	appsv1 "k8s.io/api/apps/v1"
	k8serrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cdk8s-canary.dev/conformance/rollouts/cluster"
)

func (r *run) state(ro *v1alpha1.Rollout) (state, error) {
	sets, err := r.cluster.Kube.AppsV1().ReplicaSets(cluster.Namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return state{}, err
	}
	seen := state{
		At:      math.Round(r.cluster.Clock.Now().Sub(r.start).Seconds()*1000) / 1000,
		Step:    ro.Status.CurrentStepIndex,
		Phase:   string(ro.Status.Phase),
		Message: ro.Status.Message,
		Aborted: ro.Status.Abort,
	}
	own, ofExperiments := apart(sets.Items)
	r.name(own)
	seen.count(own, r.names)
	seen.experiment(ofExperiments)
	seen.Promoted = ro.Status.StableRS != r.first
	reasons := []string{}
	for _, condition := range ro.Status.PauseConditions {
		reasons = append(reasons, string(condition.Reason))
	}
	slices.Sort(reasons)
	seen.Paused = strings.Join(reasons, ",")
	if current := ro.Status.Canary.CurrentStepAnalysisRunStatus; current != nil {
		seen.Analysis = string(current.Status)
	}
	if current := ro.Status.Canary.CurrentBackgroundAnalysisRunStatus; current != nil {
		seen.Background = string(current.Status)
	}
	seen.StableIs = string(ro.Status.Canary.StablePingPong)
	if seen.network, err = r.network(ro); err != nil {
		return state{}, err
	}
	for _, current := range []*v1alpha1.RolloutAnalysisRunStatus{ro.Status.BlueGreen.PrePromotionAnalysisRunStatus, ro.Status.BlueGreen.PostPromotionAnalysisRunStatus} {
		if current != nil {
			seen.Analysis = string(current.Status)
		}
	}
	if blueGreen := ro.Spec.Strategy.BlueGreen; blueGreen != nil {
		seen.Weight, err = r.activeShare(blueGreen.ActiveService)
	} else {
		seen.Weight, err = r.weight(ro)
	}
	return seen, err
}

// apart separates the replica sets of experiments, whose pods may have the hash of a version of the rollout.
func apart(sets []appsv1.ReplicaSet) (own, ofExperiments []appsv1.ReplicaSet) {
	for _, set := range sets {
		if set.Annotations[v1alpha1.ExperimentNameAnnotationKey] == "" {
			own = append(own, set)
		} else {
			ofExperiments = append(ofExperiments, set)
		}
	}
	return own, ofExperiments
}

func (s *state) experiment(sets []appsv1.ReplicaSet) {
	sum := pods{}
	for _, set := range sets {
		sum.Wanted += *set.Spec.Replicas
		sum.Available += set.Status.AvailableReplicas
	}
	if sum != (pods{}) {
		s.Experiment = &sum
	}
}

// versions are the names of the versions in the order in which they are made.
var versions = []string{"old", "new", "next"}

// name gives each replica set that has none the name of its version.
func (r *run) name(sets []appsv1.ReplicaSet) {
	for _, set := range sets {
		hash := set.Labels[v1alpha1.DefaultRolloutUniqueLabelKey]
		if _, known := r.names[hash]; !known && len(r.names) < len(versions) {
			r.names[hash] = versions[len(r.names)]
		}
	}
}

// count sorts the replica sets by version: the first, the one made last, and those between.
func (s *state) count(sets []appsv1.ReplicaSet, names map[string]string) {
	newest := versions[max(1, len(names)-1)]
	for _, set := range sets {
		into := &s.Others
		switch names[set.Labels[v1alpha1.DefaultRolloutUniqueLabelKey]] {
		case "old":
			into = &s.Old
		case newest:
			into = &s.New
		}
		into.Wanted += *set.Spec.Replicas
		into.Available += set.Status.AvailableReplicas
	}
}

// activeShare is all or nothing: what the active Service selects.
func (r *run) activeShare(active string) (*int64, error) {
	service, err := r.cluster.Kube.CoreV1().Services(cluster.Namespace).Get(context.Background(), active, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	share := int64(0)
	if service.Spec.Selector[v1alpha1.DefaultRolloutUniqueLabelKey] != r.first {
		share = 100
	}
	return &share, nil
}

// weight is what the router does: the canary's share in the first route of the first VirtualService that has one, or in the
// Ingress of the canary.
func (r *run) weight(ro *v1alpha1.Rollout) (*int64, error) {
	canary := ro.Spec.Strategy.Canary
	if canary != nil && canary.TrafficRouting != nil && canary.TrafficRouting.Nginx != nil {
		return r.ingressWeight(ro)
	}
	if canary == nil || canary.TrafficRouting == nil || canary.TrafficRouting.Istio == nil {
		return nil, nil
	}
	istio := canary.TrafficRouting.Istio
	services, routes := istio.VirtualServices, []string(nil)
	if istio.VirtualService != nil {
		services = []v1alpha1.IstioVirtualService{*istio.VirtualService}
	}
	if len(services) == 0 {
		return nil, nil
	}
	routes = services[0].Routes
	vs, err := r.cluster.Dynamic.Resource(istioutil.GetIstioVirtualServiceGVR()).Namespace(cluster.Namespace).Get(context.Background(), services[0].Name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	http, _, _ := unstructured.NestedSlice(vs.Object, "spec", "http")
	for _, entry := range http {
		route, _ := entry.(map[string]any)
		name, _ := route["name"].(string)
		managed := slices.ContainsFunc(canary.TrafficRouting.ManagedRoutes, func(m v1alpha1.MangedRoutes) bool { return m.Name == name })
		if managed || len(routes) > 0 && !slices.Contains(routes, name) {
			continue
		}
		return shareOf(route, canary, canaryServiceOf(ro)), nil
	}
	return nil, nil
}

// ingressWeight is the weight that the controller wrote into the Ingress that it keeps beside that of the stable version.
func (r *run) ingressWeight(ro *v1alpha1.Rollout) (*int64, error) {
	name := ingressutil.GetCanaryIngressName(ro.Name, ro.Spec.Strategy.Canary.TrafficRouting.Nginx.StableIngress)
	ingress, err := r.cluster.Kube.NetworkingV1().Ingresses(cluster.Namespace).Get(context.Background(), name, metav1.GetOptions{})
	if k8serrors.IsNotFound(err) {
		none := int64(0)
		return &none, nil
	} else if err != nil {
		return nil, err
	}
	weight, err := strconv.ParseInt(ingress.Annotations["nginx.ingress.kubernetes.io/canary-weight"], 10, 64)
	return &weight, err
}

// canaryServiceOf is the Service of the canary, which with ping and pong is now one and now the other.
func canaryServiceOf(ro *v1alpha1.Rollout) string {
	canary := ro.Spec.Strategy.Canary
	switch {
	case canary.PingPong == nil:
		return canary.CanaryService
	case ro.Status.Canary.StablePingPong == v1alpha1.PPPing:
		return canary.PingPong.PongService
	default:
		return canary.PingPong.PingService
	}
}

func shareOf(route map[string]any, canary *v1alpha1.CanaryStrategy, service string) *int64 {
	destinations, _, _ := unstructured.NestedSlice(route, "route")
	for _, entry := range destinations {
		destination, _ := entry.(map[string]any)
		host, _, _ := unstructured.NestedString(destination, "destination", "host")
		subset, _, _ := unstructured.NestedString(destination, "destination", "subset")
		rule := canary.TrafficRouting.Istio.DestinationRule
		name, _, _ := strings.Cut(host, ".")
		if rule != nil && subset == rule.CanarySubsetName || rule == nil && name == service {
			switch weight := destination["weight"].(type) {
			case int64:
				return &weight
			case float64:
				whole := int64(weight)
				return &whole
			}
			zero := int64(0)
			return &zero
		}
	}
	return nil
}
