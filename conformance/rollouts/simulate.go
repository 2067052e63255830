package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	metricprovider "github.com/argoproj/argo-rollouts/metric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/abort"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/promote"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/retry"
	"github.com/argoproj/argo-rollouts/utils/defaults"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	replicasetutil "github.com/argoproj/argo-rollouts/utils/replicaset"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"cdk8s-canary.dev/conformance/rollouts/api"
	"cdk8s-canary.dev/conformance/rollouts/cluster"
	"cdk8s-canary.dev/conformance/rollouts/measure"
)

// scenario is one update of one rollout. conformance/README.md describes its fields.
type scenario struct {
	Manifests    []api.Manifest              `json:"manifests"`
	Rollout      string                      `json:"rollout"`
	Pods         podsOf                      `json:"pods"`
	Measurements map[string][]measure.Result `json:"measurements"`
	Actions      []action                    `json:"actions"`
	ApproveAfter *float64                    `json:"approveAfter"`
	Horizon      float64                     `json:"horizon"`
	Busy         int                         `json:"busy"`
}

type podsOf struct {
	Start       float64  `json:"start"`
	CanaryStart *float64 `json:"canaryStart"`
	CanaryReady *int     `json:"canaryReady"`
}

type action struct {
	At       float64 `json:"at"`
	Do       string  `json:"do"`
	Replicas *int32  `json:"replicas"`
	Template string  `json:"template"`
}

// state is what an onlooker sees of a rollout. The weight is the percentage that goes to the canary's destination.
type state struct {
	At     float64 `json:"at"`
	Step   *int32  `json:"step"`
	Weight *int64  `json:"weight"`
	// New are the pods of the newest version, Old those of the version before the update, Others those between.
	New        pods   `json:"new"`
	Old        pods   `json:"old"`
	Others     pods   `json:"others"`
	Promoted   bool   `json:"promoted"`
	Phase      string `json:"phase"`
	Message    string `json:"message,omitempty"`
	Aborted    bool   `json:"aborted,omitempty"`
	Paused     string `json:"paused,omitempty"`
	Analysis   string `json:"analysis,omitempty"`
	Background string `json:"background,omitempty"`
}

type pods struct {
	Wanted    int32 `json:"wanted"`
	Available int32 `json:"available"`
}

type trace struct {
	Trace        []state        `json:"trace"`
	Measurements map[string]int `json:"measurements"`
	// End is why the trace ends: "settled" (nothing more will happen), "horizon" or "busy".
	End string `json:"end"`
}

// patience is how long the first version may take to come up, and busy how many reconciliations one scenario may take
// that does not say so itself.
const (
	patience = time.Hour
	busy     = 20_000
)

type run struct {
	scenario
	cluster *cluster.Cluster
	lock    sync.Mutex
	taken   map[string]int
	start   time.Time
	trace   []state
	steps   int
	waiting bool
	// first is the pod template hash of the version before the update.
	first string
	// refreshed is when the controllers last looked at everything, and version the number of writes until then.
	refreshed time.Time
	version   int
	failure   error
}

func simulate(s scenario) (trace, error) {
	r := &run{scenario: s, taken: map[string]int{}}
	made, err := cluster.New(cluster.Pods{}, r.measure)
	if err != nil {
		return trace{}, err
	}
	defer made.Close()
	r.cluster, r.refreshed = made, made.Clock.Now()
	for _, manifest := range s.Manifests {
		if err := made.Apply(manifest); err != nil {
			return trace{}, err
		}
	}
	if err := r.deployFirst(); err != nil {
		return trace{}, err
	}
	return r.update()
}

func (p podsOf) model() cluster.Pods {
	model := cluster.Pods{Start: seconds(p.Start), CanaryReady: p.CanaryReady}
	if p.CanaryStart != nil {
		start := seconds(*p.CanaryStart)
		model.CanaryStart = &start
	}
	return model
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// deployFirst brings the version before the update up, and lets everything come to rest.
func (r *run) deployFirst() error {
	r.until(r.cluster.Clock.Now().Add(patience), nil)
	ro, err := r.rollout()
	if err != nil {
		return err
	}
	if ro.Status.Phase != v1alpha1.RolloutPhaseHealthy {
		return fmt.Errorf("the first version does not get healthy: %s: %s", ro.Status.Phase, ro.Status.Message)
	}
	// Whatever follows begins on a whole second, as Kubernetes counts.
	r.cluster.Clock.Jump(r.cluster.Clock.Now().Truncate(time.Second).Add(time.Second))
	r.start, r.refreshed = r.cluster.Clock.Now(), r.cluster.Clock.Now()
	r.first = ro.Status.StableRS
	r.cluster.SetPods(r.Pods.model())
	clear(r.taken)
	return nil
}

func (r *run) update() (trace, error) {
	horizon := r.Horizon
	if horizon == 0 {
		horizon = 24 * 3600
	}
	for _, action := range r.Actions {
		r.cluster.Clock.After(seconds(action.At), func() { r.failure = errors.Join(r.failure, r.act(action)) })
	}
	if err := r.setTemplate("updated"); err != nil {
		return trace{}, err
	}
	end := r.until(r.start.Add(seconds(horizon)), func() { r.failure = errors.Join(r.failure, r.look()) })
	return trace{r.trace, r.taken, end}, r.failure
}

// until runs the cluster to a moment, or to where nothing more is due. It looks after each reconciliation.
func (r *run) until(limit time.Time, look func()) string {
	most := r.Busy
	if most == 0 {
		most = busy
	}
	for r.steps = 0; r.steps < most; {
		for r.cluster.Step(context.Background()) {
			r.steps++
			if look != nil {
				look()
			}
			if r.steps >= most {
				return "busy"
			}
			for r.cluster.Clock.Advance(r.cluster.Clock.Now()) { // a controller that is always busy holds up nobody else
			}
		}
		refresh := r.refreshed.Add(cluster.Resync)
		switch {
		case r.cluster.Clock.Advance(earlier(limit, refresh)):
		case r.cluster.Clock.Idle() && r.cluster.Version() == r.version:
			return "settled"
		case refresh.After(limit):
			return "horizon"
		default:
			r.version = r.cluster.Version()
			r.refreshed = refresh
			r.cluster.Clock.Jump(refresh)
			r.cluster.Refresh()
		}
	}
	return "busy"
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (r *run) measure(metric v1alpha1.Metric) (metricprovider.Provider, error) {
	results, ok := r.Measurements[metric.Name]
	if !ok || len(results) == 0 {
		return nil, fmt.Errorf("the scenario has no measurements of %q", metric.Name)
	}
	r.lock.Lock() // the metrics of a run are measured side by side
	defer r.lock.Unlock()
	index := min(r.taken[metric.Name], len(results)-1)
	r.taken[metric.Name]++
	return measure.Provider(metric, results[index])
}

func (r *run) rollout() (*v1alpha1.Rollout, error) {
	return r.cluster.Rollouts.ArgoprojV1alpha1().Rollouts(cluster.Namespace).Get(context.Background(), r.Rollout, metav1.GetOptions{})
}

// look notes the state of the rollout, if it is another than the last one.
func (r *run) look() error {
	ro, err := r.rollout()
	if err != nil {
		return err
	}
	now, err := r.state(ro)
	if err != nil {
		return err
	}
	if len(r.trace) > 0 {
		last := r.trace[len(r.trace)-1]
		last.At = now.At
		if reflect.DeepEqual(last, now) {
			return nil
		}
	}
	r.trace = append(r.trace, now)
	r.approve(ro)
	return nil
}

// approve promotes a rollout that waits for a person, once it has waited as long as the scenario says.
func (r *run) approve(ro *v1alpha1.Rollout) {
	waits := waitsForPerson(ro)
	if !waits || r.waiting || r.ApproveAfter == nil {
		r.waiting = waits
		return
	}
	r.waiting = true
	r.cluster.Clock.After(seconds(*r.ApproveAfter), func() {
		r.waiting = false // the next wait may begin before anybody has seen this one end
		if current, err := r.rollout(); err == nil && waitsForPerson(current) {
			r.failure = errors.Join(r.failure, r.act(action{Do: "promote"}))
		}
	})
}

func waitsForPerson(ro *v1alpha1.Rollout) bool {
	for _, condition := range ro.Status.PauseConditions {
		if condition.Reason == v1alpha1.PauseReasonInconclusiveAnalysis {
			return true
		}
		if condition.Reason == v1alpha1.PauseReasonBlueGreenPause {
			return !defaults.GetAutoPromotionEnabledOrDefault(ro)
		}
		if step := currentStep(ro); condition.Reason == v1alpha1.PauseReasonCanaryPauseStep && step != nil && step.Pause != nil {
			return step.Pause.Duration == nil
		}
	}
	return false
}

func currentStep(ro *v1alpha1.Rollout) *v1alpha1.CanaryStep {
	index := ro.Status.CurrentStepIndex
	if ro.Spec.Strategy.Canary == nil || index == nil || int(*index) >= len(ro.Spec.Strategy.Canary.Steps) {
		return nil
	}
	return &ro.Spec.Strategy.Canary.Steps[*index]
}

// act does what a person does with kubectl.
func (r *run) act(a action) (err error) {
	rollouts := r.cluster.Rollouts.ArgoprojV1alpha1().Rollouts(cluster.Namespace)
	switch a.Do {
	case "promote":
		_, err = promote.PromoteRollout(rollouts, r.Rollout, false, false, false)
	case "skip":
		_, err = promote.PromoteRollout(rollouts, r.Rollout, true, false, false)
	case "promoteFull":
		_, err = promote.PromoteRollout(rollouts, r.Rollout, false, false, true)
	case "abort":
		_, err = abort.AbortRollout(rollouts, r.Rollout)
	case "retry":
		_, err = retry.RetryRollout(rollouts, r.Rollout)
	case "template":
		err = r.setTemplate(a.Template)
	case "scale":
		err = r.change(func(ro *v1alpha1.Rollout) { ro.Spec.Replicas = a.Replicas })
	case "pause":
		err = r.change(func(ro *v1alpha1.Rollout) { ro.Spec.Paused = true })
	case "resume":
		err = r.change(func(ro *v1alpha1.Rollout) { ro.Spec.Paused = false })
	default:
		err = fmt.Errorf("nobody knows how to %q", a.Do)
	}
	return err
}

// setTemplate makes another version: the same pods with another annotation. "first" is the version before the update.
func (r *run) setTemplate(version string) error {
	return r.change(func(ro *v1alpha1.Rollout) {
		if ro.Spec.Template.Annotations == nil {
			ro.Spec.Template.Annotations = map[string]string{}
		}
		if version == "first" {
			delete(ro.Spec.Template.Annotations, "version")
			return
		}
		ro.Spec.Template.Annotations["version"] = version
	})
}

func (r *run) change(how func(*v1alpha1.Rollout)) error {
	ro, err := r.rollout()
	if err != nil {
		return err
	}
	if ro.Spec.WorkloadRef != nil {
		return errors.New("a rollout with workloadRef has no template of its own to change")
	}
	how(ro)
	_, err = r.cluster.Rollouts.ArgoprojV1alpha1().Rollouts(cluster.Namespace).Update(context.Background(), ro, metav1.UpdateOptions{})
	return err
}

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
	seen.count(sets.Items, r.first)
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

// count sorts the replica sets by version: the first, the one made last, and those between.
func (s *state) count(sets []appsv1.ReplicaSet, first string) {
	revision := func(set appsv1.ReplicaSet) int64 {
		number, err := replicasetutil.Revision(&set)
		if err != nil {
			return 0
		}
		return number
	}
	isFirst := func(set appsv1.ReplicaSet) bool { return set.Labels[v1alpha1.DefaultRolloutUniqueLabelKey] == first }
	newest := int64(0)
	for _, set := range sets {
		if !isFirst(set) {
			newest = max(newest, revision(set))
		}
	}
	for _, set := range sets {
		into := &s.Others
		if isFirst(set) {
			into = &s.Old
		} else if revision(set) == newest {
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

// weight is what the mesh does: the canary's share in the first route of the first VirtualService that has one.
func (r *run) weight(ro *v1alpha1.Rollout) (*int64, error) {
	canary := ro.Spec.Strategy.Canary
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
