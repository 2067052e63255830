// Package api judges manifests as a Kubernetes API server does before it stores them.
package api

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Manifest is an object as the API server reads it: whole numbers are whole numbers.
type Manifest map[string]any

// UnmarshalJSON reads a manifest as Kubernetes reads JSON.
func (m *Manifest) UnmarshalJSON(text []byte) error {
	fields := map[string]any{}
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	*m = fields
	return nil
}

// Problem is one thing that one of the systems refuses about one object.
type Problem struct {
	// Object is kind/namespace/name. A manifest that names no namespace is in "default".
	Object  string `json:"object"`
	Path    string `json:"path"`
	Message string `json:"message"`
	// By says who refuses: "schema" (structure, CEL), "core" (built-in kinds), "controller" (what stops a rollout),
	// "rollout" (everything that its validation finds, of which the controller tells the first), "lint" (what only
	// `kubectl argo rollouts lint` finds, which sees the rollout before the controller does), "analysis" (a run that
	// ends before it measures), "measurement" (a measurement that ends before it has a result).
	By string `json:"by"`
	// Also are objects that have as much to do with it as the one that is named.
	Also []string `json:"also,omitempty"`
}

// Name is how a problem refers to an object.
func Name(object unstructured.Unstructured) string {
	namespace := object.GetNamespace()
	if namespace == "" && IsNamespaced(object) {
		namespace = "default"
	}
	return fmt.Sprintf("%s/%s/%s", object.GetKind(), namespace, object.GetName())
}

// IsNamespaced says whether objects of the kind are in a namespace, for the kinds that matter here.
func IsNamespaced(object unstructured.Unstructured) bool {
	return object.GetKind() != "Namespace" && !strings.HasPrefix(object.GetKind(), "Cluster")
}

// Problems words what Kubernetes' validation found.
func Problems(object unstructured.Unstructured, by string, errors field.ErrorList) []Problem {
	found := make([]Problem, 0, len(errors))
	for _, err := range errors {
		found = append(found, Problem{Object: Name(object), Path: err.Field, Message: err.ErrorBody(), By: by})
	}
	return found
}
