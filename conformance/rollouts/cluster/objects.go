package cluster

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"cdk8s-canary.dev/conformance/rollouts/api"
)

// Namespace is where an object that names no namespace is put.
const Namespace = "default"

// routers are the groups of routers whose objects the controller reads untyped.
var routers = map[string]bool{"getambassador.io": true, "apisix.apache.org": true, "appmesh.k8s.aws": true, "traefik.io": true}

// Apply puts a manifest into the cluster. Kinds that the controllers never read are passed over.
func (c *Cluster) Apply(manifest map[string]any) error {
	object := unstructured.Unstructured{Object: runtime.DeepCopyJSON(manifest)}
	if object.GetNamespace() == "" && api.IsNamespaced(object) {
		object.SetNamespace(Namespace)
	}
	ctx, namespace := context.Background(), object.GetNamespace()
	argo := c.Rollouts.ArgoprojV1alpha1()
	var err error
	switch object.GroupVersionKind().GroupKind().String() {
	case "Rollout.argoproj.io":
		err = create(object, func(o *v1alpha1.Rollout) error {
			_, err := argo.Rollouts(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "AnalysisTemplate.argoproj.io":
		err = create(object, func(o *v1alpha1.AnalysisTemplate) error {
			_, err := argo.AnalysisTemplates(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "ClusterAnalysisTemplate.argoproj.io":
		err = create(object, func(o *v1alpha1.ClusterAnalysisTemplate) error {
			_, err := argo.ClusterAnalysisTemplates().Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "AnalysisRun.argoproj.io":
		err = create(object, func(o *v1alpha1.AnalysisRun) error {
			_, err := argo.AnalysisRuns(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "Service":
		err = create(object, func(o *corev1.Service) error {
			_, err := c.Kube.CoreV1().Services(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "Secret":
		err = create(object, func(o *corev1.Secret) error {
			for key, value := range o.StringData { // as the API server does
				if o.Data == nil {
					o.Data = map[string][]byte{}
				}
				o.Data[key] = []byte(value)
			}
			if o.Type == corev1.SecretTypeServiceAccountToken { // as the token controller does
				o.Data = map[string][]byte{"token": []byte("token"), "ca.crt": []byte("certificate"), "namespace": []byte(namespace)}
			}
			_, err := c.Kube.CoreV1().Secrets(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "Ingress.networking.k8s.io":
		err = create(object, func(o *networkingv1.Ingress) error {
			_, err := c.Kube.NetworkingV1().Ingresses(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "Deployment.apps":
		err = create(object, func(o *appsv1.Deployment) error {
			if o.Spec.Replicas == nil { // as the API server does
				one := int32(1)
				o.Spec.Replicas = &one
			}
			_, err := c.Kube.AppsV1().Deployments(namespace).Create(ctx, o, metav1.CreateOptions{})
			return err
		})
	case "VirtualService.networking.istio.io":
		object.SetAPIVersion(istioutil.GetIstioVirtualServiceGVR().GroupVersion().String())
		_, err = c.Dynamic.Resource(istioutil.GetIstioVirtualServiceGVR()).Namespace(namespace).Create(ctx, &object, metav1.CreateOptions{})
	case "DestinationRule.networking.istio.io":
		object.SetAPIVersion(istioutil.GetIstioDestinationRuleGVR().GroupVersion().String())
		_, err = c.Dynamic.Resource(istioutil.GetIstioDestinationRuleGVR()).Namespace(namespace).Create(ctx, &object, metav1.CreateOptions{})
	default:
		if routers[object.GroupVersionKind().Group] {
			resource, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
			_, err = c.Dynamic.Resource(resource).Namespace(namespace).Create(ctx, &object, metav1.CreateOptions{})
		}
	}
	if err != nil {
		return fmt.Errorf("%s %s/%s: %w", object.GetKind(), namespace, object.GetName(), err)
	}
	return nil
}

// create reads a manifest as the API server reads it into its type, and hands it on.
func create[T any](object unstructured.Unstructured, write func(*T) error) error {
	text, err := json.Marshal(object.Object)
	if err != nil {
		return err
	}
	typed := new(T)
	if err := json.Unmarshal(text, typed); err != nil {
		return err
	}
	return write(typed)
}
