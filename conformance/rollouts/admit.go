package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	metricprovider "github.com/argoproj/argo-rollouts/metric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	"github.com/argoproj/argo-rollouts/utils/conditions"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"cdk8s-canary.dev/conformance/rollouts/api"
	"cdk8s-canary.dev/conformance/rollouts/cluster"
	"cdk8s-canary.dev/conformance/rollouts/measure"
)

// admission asks what an API server and the controllers say of a set of manifests.
type admission struct {
	Manifests []api.Manifest `json:"manifests"`
	// Surroundings are in the cluster, but not in question.
	Surroundings []api.Manifest `json:"surroundings"`
	// Whole says that the Secrets that analyses read are among the manifests. Otherwise they are put in.
	Whole bool `json:"whole"`
}

type admitted struct {
	Problems []api.Problem `json:"problems"`
	// Queries are what the analyses of the set would ask Prometheus, with their arguments filled in.
	Queries []query `json:"queries"`
}

type query struct {
	Object string `json:"object"`
	Metric string `json:"metric"`
	Query  string `json:"query"`
	// Range says that the answer is one over time, and Path where the analysis is.
	Range   bool     `json:"range"`
	Path    string   `json:"path"`
	Success string   `json:"success"`
	Failure string   `json:"failure"`
	Also    []string `json:"also"`
}

// settling is how long a first version gets to become healthy, with pods that are ready at once.
const settling = 5 * time.Minute

func admit(schemas api.Schemas, request admission) (admitted, error) {
	verdict := admitted{Problems: []api.Problem{}, Queries: []query{}}
	accepted := []unstructured.Unstructured{}
	for i, manifest := range request.Manifests {
		object := unstructured.Unstructured{Object: manifest}
		problems, err := validate(schemas, object)
		if err != nil {
			return verdict, err
		}
		verdict.Problems = append(verdict.Problems, problems...)
		replaced := slices.ContainsFunc(request.Manifests[i+1:], func(later api.Manifest) bool {
			return api.Name(unstructured.Unstructured{Object: later}) == api.Name(object)
		})
		if len(problems) == 0 && !replaced {
			accepted = append(accepted, object)
		}
	}
	world, err := cluster.New(cluster.Pods{}, func(metric v1alpha1.Metric) (metricprovider.Provider, error) {
		return measure.Anything(metric), nil
	})
	if err != nil {
		return verdict, err
	}
	defer world.Close()
	rollouts, runs, templates := []unstructured.Unstructured{}, []unstructured.Unstructured{}, []unstructured.Unstructured{}
	for _, object := range accepted {
		if err := world.Apply(object.Object); err != nil { // the types are stricter than the schemas
			verdict.Problems = append(verdict.Problems, api.Problem{Object: api.Name(object), Message: err.Error(), By: "controller"})
			continue
		}
		switch object.GroupVersionKind().GroupKind() {
		case v1alpha1.SchemeGroupVersion.WithKind("Rollout").GroupKind():
			rollouts = append(rollouts, object)
		case v1alpha1.SchemeGroupVersion.WithKind("AnalysisRun").GroupKind():
			runs = append(runs, object)
		case v1alpha1.SchemeGroupVersion.WithKind("AnalysisTemplate").GroupKind(), v1alpha1.SchemeGroupVersion.WithKind("ClusterAnalysisTemplate").GroupKind():
			templates = append(templates, object)
		}
	}
	for _, manifest := range request.Surroundings {
		if err := world.Apply(manifest); err != nil {
			return verdict, err
		}
	}
	if !request.Whole {
		if err := addSecrets(world, templates, rollouts); err != nil {
			return verdict, err
		}
	}
	if problems := endless(rollouts, templates); len(problems) > 0 {
		verdict.Problems = append(verdict.Problems, problems...)
		return verdict, nil
	}
	limit := world.Clock.Now().Add(settling)
	// 1.8 reconciles some Rollouts over and over without ever being done. What it says of them, it has said by then.
	steps := 0
	for running := true; running; {
		for ; steps < restless && world.Step(context.Background()); steps++ {
		}
		running = steps < restless && world.Clock.Advance(limit)
	}
	for _, object := range rollouts {
		problems, queries, err := judgeRollout(world, object)
		if err != nil {
			return verdict, err
		}
		verdict.Problems = append(verdict.Problems, problems...)
		verdict.Queries = append(verdict.Queries, queries...)
	}
	for _, object := range runs {
		problems, queries, err := judgeRun(world, object)
		if err != nil {
			return verdict, err
		}
		verdict.Problems = append(verdict.Problems, problems...)
		verdict.Queries = append(verdict.Queries, queries...)
	}
	return verdict, nil
}

func validate(schemas api.Schemas, object unstructured.Unstructured) ([]api.Problem, error) {
	switch {
	case schemas.Knows(object):
		return schemas.Validate(object), nil
	case api.IsCore(object):
		return api.ValidateCore(object), nil
	}
	message := fmt.Sprintf("no kind %s in %s", object.GetKind(), object.GetAPIVersion())
	return []api.Problem{{Object: api.Name(object), Path: "kind", Message: message, By: "schema"}}, nil
}

// addSecrets puts in the Secrets that analyses read and that nobody keeps in Git: those of a template of the whole
// cluster in the namespace of each rollout.
func addSecrets(world *cluster.Cluster, templates, rollouts []unstructured.Unstructured) error {
	namespaces := map[string]bool{}
	for _, rollout := range rollouts {
		namespaces[namespaceOf(rollout)] = true
	}
	for _, object := range templates {
		var template v1alpha1.AnalysisTemplate
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &template); err != nil {
			return err
		}
		readers := map[string]bool{namespaceOf(object): true}
		if object.GetKind() == "ClusterAnalysisTemplate" {
			readers = namespaces
		}
		for _, arg := range template.Spec.Args {
			if arg.ValueFrom == nil || arg.ValueFrom.SecretKeyRef == nil {
				continue
			}
			for namespace := range readers {
				if err := addSecret(world, namespace, arg.ValueFrom.SecretKeyRef); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func addSecret(world *cluster.Cluster, namespace string, ref *v1alpha1.SecretKeyRef) error {
	secrets := world.Kube.CoreV1().Secrets(namespace)
	secret, err := secrets.Get(context.Background(), ref.Name, metav1.GetOptions{})
	if err != nil {
		made := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: ref.Name, Namespace: namespace}}
		if secret, err = secrets.Create(context.Background(), made, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	if secret.Data == nil {
		secret.Data = map[string][]byte{}
	}
	if _, ok := secret.Data[ref.Key]; ok {
		return nil
	}
	secret.Data[ref.Key] = []byte("secret")
	_, err = secrets.Update(context.Background(), secret, metav1.UpdateOptions{})
	return err
}

func namespaceOf(object unstructured.Unstructured) string {
	if namespace := object.GetNamespace(); namespace != "" {
		return namespace
	}
	return cluster.Namespace
}

// judgeRollout tells what validation finds in a rollout, what stops its controller, and how its analyses would begin.
func judgeRollout(world *cluster.Cluster, object unstructured.Unstructured) ([]api.Problem, []query, error) {
	namespace := namespaceOf(object)
	rollout, err := world.Rollouts.ArgoprojV1alpha1().Rollouts(namespace).Get(context.Background(), object.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, nil, err
	}
	problems := api.Problems(object, "rollout", validation.ValidateRollout(rollout.DeepCopy()))
	if len(problems) == 0 {
		var written v1alpha1.Rollout
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &written); err == nil {
			problems = api.Problems(object, "lint", validation.ValidateRollout(&written))
		}
	}
	if invalid := conditions.GetRolloutCondition(rollout.Status, v1alpha1.InvalidSpec); invalid != nil {
		return append(problems, api.Problem{Object: api.Name(object), Message: invalid.Message, By: "controller"}), nil, nil
	}
	if canary := rollout.Spec.Strategy.Canary; canary != nil && canary.TrafficRouting != nil && len(canary.TrafficRouting.Plugins) > 0 {
		// The plugin is a program of somebody else's, which is not here: no version of the rollout can come up, and nobody
		// writes down the weights that its analyses may ask for.
		rollout.Status.Canary.Weights = &v1alpha1.TrafficWeights{}
	} else if failure := world.Failures[namespace+"/"+rollout.Name]; failure != "" {
		problems = append(problems, api.Problem{Object: api.Name(object), Message: failure, By: "controller"})
	} else if phase := rollout.Status.Phase; phase != v1alpha1.RolloutPhaseHealthy && !rollout.Spec.Paused {
		message := fmt.Sprintf("the first version does not get healthy: %s: %s", phase, rollout.Status.Message)
		problems = append(problems, api.Problem{Object: api.Name(object), Message: message, By: "controller"})
	}
	found, queries, err := judgeAnalyses(world, object, rollout)
	return append(problems, found...), queries, err
}
