package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	metricprovider "github.com/argoproj/argo-rollouts/metric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/abort"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/promote"
	"github.com/argoproj/argo-rollouts/pkg/kubectl-argo-rollouts/cmd/retry"
	"github.com/argoproj/argo-rollouts/utils/defaults"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
	New    pods `json:"new"`
	Old    pods `json:"old"`
	Others pods `json:"others"`
	// Experiment are the pods of experiments.
	Experiment *pods  `json:"experiment,omitempty"`
	Promoted   bool   `json:"promoted"`
	Phase      string `json:"phase"`
	Message    string `json:"message,omitempty"`
	Aborted    bool   `json:"aborted,omitempty"`
	Paused     string `json:"paused,omitempty"`
	Analysis   string `json:"analysis,omitempty"`
	Background string `json:"background,omitempty"`
	// StableIs is the Service that is the stable one, where ping and pong take turns.
	StableIs string `json:"stableIs,omitempty"`
	network
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
// that does not say so itself. Of these, restless may write something in a row without a new state: two conditions that the
// controller sets in turn.
const (
	patience = time.Hour
	busy     = 20_000
	restless = 2_000
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
	// first is the pod template hash of the version before the update, and names are those of all versions by their hashes.
	first string
	names map[string]string
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
	r.names = map[string]string{r.first: "old"}
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
	written, states, version := 0, len(r.trace), r.cluster.Version()
	for r.steps = 0; r.steps < most; {
		for r.cluster.Step(context.Background()) {
			r.steps++
			if look != nil {
				look()
			}
			if now := r.cluster.Version(); now != version {
				written, version = written+1, now
			}
			if len(r.trace) != states {
				written, states = 0, len(r.trace)
			}
			if r.steps >= most || (look != nil && written >= restless) {
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
		if condition.Reason == v1alpha1.PauseReasonInconclusiveAnalysis || condition.Reason == v1alpha1.PauseReasonInconclusiveExperiment {
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
	ro, err := r.rollout()
	if err != nil {
		return err
	}
	if ref := ro.Spec.WorkloadRef; ref != nil {
		ctx, deployments := context.Background(), r.cluster.Kube.AppsV1().Deployments(cluster.Namespace)
		found, err := deployments.Get(ctx, ref.Name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		annotate(&found.Spec.Template, version)
		_, err = deployments.Update(ctx, found, metav1.UpdateOptions{})
		return err
	}
	return r.change(func(ro *v1alpha1.Rollout) { annotate(&ro.Spec.Template, version) })
}

func annotate(template *corev1.PodTemplateSpec, version string) {
	if template.Annotations == nil {
		template.Annotations = map[string]string{}
	}
	if version == "first" {
		delete(template.Annotations, cluster.VersionAnnotation)
		return
	}
	template.Annotations[cluster.VersionAnnotation] = version
}

func (r *run) change(how func(*v1alpha1.Rollout)) error {
	ro, err := r.rollout()
	if err != nil {
		return err
	}
	how(ro)
	_, err = r.cluster.Rollouts.ArgoprojV1alpha1().Rollouts(cluster.Namespace).Update(context.Background(), ro, metav1.UpdateOptions{})
	return err
}
