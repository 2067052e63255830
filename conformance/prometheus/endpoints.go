package main

import (
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// slicesOf are the endpoint slices of a Service, as its controller makes them: one for each set of ports that the
// selected pods have in common, with every pod that has an address.
func (w world) slicesOf(service *corev1.Service) []discoveryv1.EndpointSlice {
	if len(service.Spec.Selector) == 0 {
		return nil
	}
	made, order := map[string]*discoveryv1.EndpointSlice{}, []string{}
	selector := labels.SelectorFromSet(service.Spec.Selector)
	for _, name := range sorted(w.pods) {
		pod := w.pods[name]
		if pod.Namespace != service.Namespace || pod.Status.PodIP == "" || !selector.Matches(labels.Set(pod.Labels)) {
			continue
		}
		ports, key := portsOf(service, pod)
		slice, ok := made[key]
		if !ok {
			slice = &discoveryv1.EndpointSlice{
				ObjectMeta: metav1.ObjectMeta{
					Name:      service.Name + key,
					Namespace: service.Namespace,
					Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
				},
				AddressType: discoveryv1.AddressTypeIPv4,
				Ports:       ports,
			}
			for label, value := range service.Labels { // copied by the controller
				slice.Labels[label] = value
			}
			made[key], order = slice, append(order, key)
		}
		ready := true
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses:  []string{pod.Status.PodIP},
			Conditions: discoveryv1.EndpointConditions{Ready: &ready, Serving: &ready},
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name},
		})
	}
	slices := []discoveryv1.EndpointSlice{}
	for _, key := range order {
		slices = append(slices, *made[key])
	}
	return slices
}

// portsOf are the ports at which a pod serves a Service. A named port that the pod does not have is left out.
func portsOf(service *corev1.Service, pod *corev1.Pod) (ports []discoveryv1.EndpointPort, key string) {
	for _, port := range service.Spec.Ports {
		number, ok := targetPort(port, pod)
		if !ok {
			continue
		}
		name, protocol := port.Name, port.Protocol
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		ports = append(ports, discoveryv1.EndpointPort{Name: &name, Port: &number, Protocol: &protocol, AppProtocol: port.AppProtocol})
		at := intstr.FromInt32(number)
		key += "-" + at.String()
	}
	return ports, key
}

func targetPort(port corev1.ServicePort, pod *corev1.Pod) (int32, bool) {
	if port.TargetPort.Type == intstr.Int {
		if port.TargetPort.IntVal != 0 {
			return port.TargetPort.IntVal, true
		}
		return port.Port, true
	}
	for _, container := range pod.Spec.Containers {
		for _, known := range container.Ports {
			if known.Name == port.TargetPort.StrVal {
				return known.ContainerPort, true
			}
		}
	}
	return 0, false
}
