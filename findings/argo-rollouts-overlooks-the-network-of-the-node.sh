#!/usr/bin/env bash
# Argo Rollouts 1.10.2 with Kubernetes 1.34.5, 2026-11-30.
# Needs: go (1.21 or newer, which downloads 1.27.0).
#
# Guess: the controller validates the pods of a Rollout with Kubernetes' own code, so
#   it refuses what the API server refuses in a Deployment (InvalidSpec).
# True: it brings them into Kubernetes' internal types by way of JSON. There,
#   hostNetwork, hostPID and shareProcessNamespace belong to the security context and
#   have no JSON names, so they are lost. A port of the node that differs from the
#   port of the pod passes, and the API server refuses the ReplicaSet: no pod starts.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export GOTOOLCHAIN=go1.27.0 GOFLAGS=-mod=mod
quiet() { "$@" >setup.log 2>&1 || { cat setup.log >&2; exit 2; }; }

quiet go mod init example.test/finding
quiet go mod download -json github.com/argoproj/argo-rollouts@v1.10.2
sed -n '/^replace ($/,/^)/p' "$(sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' setup.log)" >>go.mod
cat >main.go <<'GO'
package main

import (
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
)

func main() {
	yes, labels := true, map[string]string{"app": "a"}
	selector := &metav1.LabelSelector{MatchLabels: labels}
	container := corev1.Container{Name: "a", Image: "a:1"}
	ported := container
	ported.Ports = []corev1.ContainerPort{{ContainerPort: 8080, HostPort: 80}}
	for name, spec := range map[string]corev1.PodSpec{
		"hostNetwork, hostPort 80, containerPort 8080": {HostNetwork: true, Containers: []corev1.Container{ported}},
		"hostPID, shareProcessNamespace":               {HostPID: true, ShareProcessNamespace: &yes, Containers: []corev1.Container{container}},
	} {
		template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec}
		meta := metav1.ObjectMeta{Name: "a", Namespace: "shop"}

		rollout := &v1alpha1.Rollout{ObjectMeta: meta, Spec: v1alpha1.RolloutSpec{
			Selector: selector, Template: template, Strategy: v1alpha1.RolloutStrategy{Canary: &v1alpha1.CanaryStrategy{}},
		}}
		byRollouts := validation.ValidateRollout(rollout)

		given := &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Selector: selector, Template: template}}
		legacyscheme.Scheme.Default(given)
		deployment := &apps.Deployment{}
		if err := legacyscheme.Scheme.Convert(given, deployment, nil); err != nil {
			panic(err)
		}
		byKubernetes := appsvalidation.ValidateDeployment(deployment, corevalidation.PodValidationOptions{})
		fmt.Printf("%s: Argo Rollouts %d errors, Kubernetes %d\n", name, len(byRollouts), len(byKubernetes))
		for _, err := range byKubernetes {
			fmt.Println("  " + err.Error())
		}
	}
}
GO
quiet go get github.com/argoproj/argo-rollouts@v1.10.2 k8s.io/kubernetes@v1.34.5
quiet go build -o finding .
./finding | tee seen.txt
[ "$(grep -c ': Argo Rollouts 0 errors, Kubernetes 1$' seen.txt)" = 2 ] || { echo 'this has changed'; exit 1; }
