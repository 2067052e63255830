package cluster

import (
	"context"
	"fmt"
	"strconv"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/annotations"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// deployment is the kind of the workloads that a rollout refers to here. The controller knows ReplicaSets and PodTemplates beside.
var deployment = schema.GroupKind{Group: "apps", Kind: "Deployment"}

// workloads gives a rollout the pod template of the Deployment it refers to. The controller's own resolver starts
// informers that run in the background, which is the only reason for this one.
type workloads struct{ cluster *Cluster }

func (w *workloads) Resolve(rollout *v1alpha1.Rollout) error {
	ref := rollout.Spec.WorkloadRef
	if ref == nil {
		annotations.RemoveRolloutWorkloadRefGeneration(rollout)
		return nil
	}
	if kind := schema.FromAPIVersionAndKind(ref.APIVersion, ref.Kind).GroupKind(); kind != deployment {
		return fmt.Errorf("workload of type %s/%s is not supported", kind.Group, kind.Kind)
	}
	found, err := w.cluster.Kube.AppsV1().Deployments(rollout.Namespace).Get(context.Background(), ref.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	rollout.Spec.SetResolvedTemplate(found.Spec.Template)
	if rollout.Spec.Selector == nil {
		rollout.Spec.SetResolvedSelector(found.Spec.Selector)
	}
	annotations.SetRolloutWorkloadRefGeneration(rollout, strconv.FormatInt(found.Generation, 10))
	return nil
}

// tellReferrers writes into the rollouts that refer to a Deployment which generation it has, as the controller's own
// resolver does whenever one changes.
func (c *Cluster) tellReferrers(object runtime.Object) {
	ctx, workload := context.Background(), object.(*appsv1.Deployment)
	client := c.Rollouts.ArgoprojV1alpha1().Rollouts(workload.Namespace)
	rollouts, err := client.List(ctx, metav1.ListOptions{})
	if err != nil {
		panic(err) // a client that is only memory
	}
	for _, rollout := range rollouts.Items {
		ref := rollout.Spec.WorkloadRef
		if ref == nil || ref.Name != workload.Name || !annotations.SetRolloutWorkloadRefGeneration(&rollout, strconv.FormatInt(workload.Generation, 10)) {
			continue
		}
		if _, err := client.Update(ctx, &rollout, metav1.UpdateOptions{}); err != nil {
			panic(err)
		}
	}
}
