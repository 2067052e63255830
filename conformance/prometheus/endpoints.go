package main

import (
	"context"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/endpointslice"
	endpointsliceutil "k8s.io/endpointslice/util"
)

const podsPerSlice = 100 // the controller's default

// podsBehind are the pods that a Service selects and that have an address; nil where nobody keeps its endpoints.
func (w world) podsBehind(service *corev1.Service) []*corev1.Pod {
	if len(service.Spec.Selector) == 0 || service.Spec.Type == corev1.ServiceTypeExternalName {
		return nil
	}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	behind := []*corev1.Pod{}
	for _, name := range sorted(w.pods) {
		pod := w.pods[name]
		if pod.Namespace == service.Namespace && selector.Matches(labels.Set(pod.Labels)) {
			behind = append(behind, pod)
		}
	}
	return behind
}

// slicesOf are the endpoint slices of a Service, made by their own controller.
func (w world) slicesOf(service *corev1.Service) ([]discoveryv1.EndpointSlice, error) {
	pods := w.podsBehind(service)
	if len(pods) == 0 {
		return nil, nil
	}
	nodes := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, pod := range pods { // also for one that says none, which has an address and so is on one
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: pod.Spec.NodeName}}
		if err := nodes.Add(node); err != nil {
			return nil, err
		}
	}
	client, count := fake.NewSimpleClientset(), 0
	client.PrependReactor("create", "endpointslices", func(action clienttesting.Action) (bool, runtime.Object, error) {
		slice := action.(clienttesting.CreateAction).GetObject().(*discoveryv1.EndpointSlice)
		count++
		slice.Name = slice.GenerateName + strconv.Itoa(count) // as the API server gives it one
		return false, nil, nil
	})
	reconciler := endpointslice.NewReconciler(client, corelisters.NewNodeLister(nodes), podsPerSlice,
		endpointsliceutil.NewEndpointSliceTracker(), nil, record.NewFakeRecorder(100), "endpointslice-controller.k8s.io")
	if err := reconciler.Reconcile(logr.Discard(), service, pods, nil, time.Time{}); err != nil {
		return nil, err
	}
	made, err := client.DiscoveryV1().EndpointSlices(service.Namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return made.Items, nil
}

// endpointsOf is the Endpoints object of a Service. Its controller is part of no module of its own; which pods belong
// into it and which port they serve is decided by the functions that it calls.
func (w world) endpointsOf(service *corev1.Service) *corev1.Endpoints {
	pods := w.podsBehind(service)
	if pods == nil {
		return nil
	}
	made := &corev1.Endpoints{ObjectMeta: metav1.ObjectMeta{
		Name:      service.Name,
		Namespace: service.Namespace,
		Labels:    map[string]string{"endpoints.kubernetes.io/managed-by": "endpoint-controller"},
	}}
	for label, value := range service.Labels {
		made.Labels[label] = value
	}
	if service.Spec.ClusterIP == corev1.ClusterIPNone {
		made.Labels[corev1.IsHeadlessService] = ""
	}
	for _, pod := range pods {
		if !endpointsliceutil.ShouldPodBeInEndpoints(pod, service.Spec.PublishNotReadyAddresses) {
			continue
		}
		address := corev1.EndpointAddress{
			IP:        pod.Status.PodIP,
			NodeName:  &pod.Spec.NodeName,
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		}
		for i := range service.Spec.Ports {
			port := &service.Spec.Ports[i]
			number, err := endpointslice.FindPort(pod, port)
			if err != nil {
				continue
			}
			subset := corev1.EndpointSubset{Ports: []corev1.EndpointPort{
				{Name: port.Name, Port: int32(number), Protocol: port.Protocol, AppProtocol: port.AppProtocol},
			}}
			if service.Spec.PublishNotReadyAddresses || endpointsliceutil.IsPodReady(pod) {
				subset.Addresses = []corev1.EndpointAddress{address}
			} else {
				subset.NotReadyAddresses = []corev1.EndpointAddress{address}
			}
			made.Subsets = append(made.Subsets, subset)
		}
	}
	return made
}

// setDefaults fills in what the API server does, as far as endpoints depend on it.
func (w world) setDefaults() {
	for _, service := range w.services {
		service.UID = types.UID(service.Name)
		if service.Spec.ClusterIP == "" {
			service.Spec.ClusterIP = "172.16.0.1"
		}
		service.Spec.IPFamilies = []corev1.IPFamily{corev1.IPv4Protocol}
		for i := range service.Spec.Ports {
			port := &service.Spec.Ports[i]
			if port.Protocol == "" {
				port.Protocol = corev1.ProtocolTCP
			}
			if port.TargetPort.IntVal == 0 && port.TargetPort.StrVal == "" {
				port.TargetPort.IntVal = port.Port
			}
		}
	}
	for _, pod := range w.pods {
		if pod.Status.PodIP != "" {
			pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}}
		}
		for _, containers := range [][]corev1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
			for i := range containers {
				for j := range containers[i].Ports {
					if port := &containers[i].Ports[j]; port.Protocol == "" {
						port.Protocol = corev1.ProtocolTCP
					}
				}
			}
		}
	}
}
