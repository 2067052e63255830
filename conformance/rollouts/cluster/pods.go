package cluster

import (
	"context"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// Pods says how the pods of a replica set come up. There is no node and no kubelet: a pod is the moment it gets ready.
type Pods struct {
	// Start is the time from the replica set's wish for a pod to that pod being ready.
	Start time.Duration
	// CanaryStart is the same for pods of a version after the first. Nil: the same as Start.
	CanaryStart *time.Duration
	// CanaryReady is how many of the pods that a replica set of such a version ever makes get ready: the first ones. Nil: all.
	CanaryReady *int

	ready map[types.UID][]time.Time
	made  map[types.UID]int
}

// never is later than any scenario lasts.
const never = 100 * 365 * 24 * time.Hour

// SetPods changes how pods come up from now on.
func (c *Cluster) SetPods(pods Pods) {
	pods.ready, pods.made = c.pods.ready, c.pods.made
	c.pods = pods
}

// runPods is the replica set controller: it makes and removes pods, and keeps the replica set's status.
func (c *Cluster) runPods(object runtime.Object) {
	set := object.(*appsv1.ReplicaSet)
	if c.pods.ready == nil {
		c.pods.ready, c.pods.made = map[types.UID][]time.Time{}, map[types.UID]int{}
	}
	pods := c.pods.ready[set.UID]
	wanted := int(*set.Spec.Replicas)
	for len(pods) < wanted {
		ready := c.Clock.Now().Add(c.pods.start(set, c.pods.made[set.UID]))
		c.pods.made[set.UID]++
		pods = append(pods, ready)
		minimum := time.Duration(set.Spec.MinReadySeconds) * time.Second
		for _, moment := range slices.Compact([]time.Time{ready, ready.Add(minimum)}) {
			c.Clock.After(moment.Sub(c.Clock.Now()), func() { c.reportPods(set.Namespace, set.Name) })
		}
	}
	if len(pods) > wanted { // those that are not ready, or were last to be, go first
		slices.SortFunc(pods, time.Time.Compare)
		pods = pods[:wanted]
	}
	c.pods.ready[set.UID] = pods
	c.reportPods(set.Namespace, set.Name)
}

// VersionAnnotation is what tells the templates of the versions apart. The first version has none.
const VersionAnnotation = "version"

func (p *Pods) start(set *appsv1.ReplicaSet, index int) time.Duration {
	if set.Spec.Template.Annotations[VersionAnnotation] == "" {
		return p.Start
	}
	if p.CanaryReady != nil && index >= *p.CanaryReady {
		return never
	}
	if p.CanaryStart != nil {
		return *p.CanaryStart
	}
	return p.Start
}

func (c *Cluster) reportPods(namespace, name string) {
	sets := c.Kube.AppsV1().ReplicaSets(namespace)
	set, err := sets.Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return // gone since
	}
	pods := c.pods.ready[set.UID]
	count := func(patience time.Duration) (n int32) {
		for _, ready := range pods {
			if !ready.Add(patience).After(c.Clock.Now()) {
				n++
			}
		}
		return n
	}
	set.Status = appsv1.ReplicaSetStatus{
		Replicas:             int32(len(pods)),
		FullyLabeledReplicas: int32(len(pods)),
		ReadyReplicas:        count(0),
		AvailableReplicas:    count(time.Duration(set.Spec.MinReadySeconds) * time.Second),
		ObservedGeneration:   set.Generation,
	}
	_, err = sets.UpdateStatus(context.Background(), set, metav1.UpdateOptions{})
	if err != nil {
		panic(err) // the fake client refuses only what is not there
	}
}
