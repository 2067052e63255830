package cluster

import (
	"context"
	"strconv"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/annotations"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// workloads gives a rollout the pod template of the Deployment it refers to. The controller's own resolver starts
// informers that run in the background, which is the only reason for this one.
type workloads struct{ cluster *Cluster }

func (w *workloads) Resolve(rollout *v1alpha1.Rollout) error {
	ref := rollout.Spec.WorkloadRef
	if ref == nil {
		annotations.RemoveRolloutWorkloadRefGeneration(rollout)
		return nil
	}
	deployment, err := w.cluster.Kube.AppsV1().Deployments(rollout.Namespace).Get(context.Background(), ref.Name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	rollout.Spec.SetResolvedTemplate(deployment.Spec.Template)
	if rollout.Spec.Selector == nil {
		rollout.Spec.SetResolvedSelector(deployment.Spec.Selector)
	}
	annotations.SetRolloutWorkloadRefGeneration(rollout, strconv.FormatInt(deployment.Generation, 10))
	return nil
}
