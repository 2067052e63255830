package api

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	genericvalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubejson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	rbacvalidation "k8s.io/kubernetes/pkg/apis/rbac/validation"
	"k8s.io/kubernetes/pkg/capabilities"
)

func init() {
	// As API servers are started; whoever asks for the capabilities first fixes them for the process.
	capabilities.Initialize(capabilities.Capabilities{AllowPrivileged: true})
}

var strict = kubejson.NewSerializerWithOptions(kubejson.DefaultMetaFactory, legacyscheme.Scheme, legacyscheme.Scheme, kubejson.SerializerOptions{Strict: true})

// IsCore says whether the object is of a kind that Kubernetes itself has.
func IsCore(object unstructured.Unstructured) bool {
	return legacyscheme.Scheme.Recognizes(object.GroupVersionKind())
}

// ValidateCore judges an object of one of Kubernetes' own kinds as it is created.
func ValidateCore(object unstructured.Unstructured) []Problem {
	content := unstructured.Unstructured{Object: runtime.DeepCopyJSON(object.Object)}
	if content.GetNamespace() == "" && IsNamespaced(content) {
		content.SetNamespace("default")
	} else if !IsNamespaced(content) {
		content.SetNamespace("") // as the server does
	}
	text, err := json.Marshal(content.Object)
	if err != nil {
		return []Problem{{Object: Name(object), Message: err.Error(), By: "core"}}
	}
	problems := []Problem{}
	versioned, _, err := strict.Decode(text, nil, nil)
	if runtime.IsStrictDecodingError(err) {
		problems = append(problems, Problem{Object: Name(object), Message: err.Error(), By: "core"})
	} else if err != nil {
		return []Problem{{Object: Name(object), Message: err.Error(), By: "core"}}
	}
	legacyscheme.Scheme.Default(versioned)
	internal, err := legacyscheme.Scheme.UnsafeConvertToVersion(versioned, runtime.InternalGroupVersioner)
	if err != nil {
		return append(problems, Problem{Object: Name(object), Message: err.Error(), By: "core"})
	}
	errors, known := validateInternal(internal)
	if meta, err := meta.Accessor(internal); err == nil {
		errors = append(errors, genericvalidation.ValidateObjectMetaAccessor(meta, meta.GetNamespace() != "", path.ValidatePathSegmentName, field.NewPath("metadata"))...)
	}
	if !known {
		return append(problems, Problem{Object: Name(object), Message: fmt.Sprintf("nobody here validates a %s", object.GetKind()), By: "core"})
	}
	return append(problems, Problems(object, "core", errors)...)
}

func validateInternal(object runtime.Object) (errors field.ErrorList, known bool) {
	switch object := object.(type) {
	case *core.Service:
		return corevalidation.ValidateServiceCreate(object), true
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(object), true
	case *core.Secret:
		return corevalidation.ValidateSecret(object), true
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(object), true
	case *core.Namespace:
		return corevalidation.ValidateNamespace(object), true
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(object, corevalidation.PodValidationOptions{}), true
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(object, policyvalidation.PodDisruptionBudgetValidationOptions{}), true
	case *autoscaling.HorizontalPodAutoscaler:
		return validateAutoscaler(object), true
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(object), true
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(object, networkingvalidation.NetworkPolicyValidationOptions{}), true
	case *rbac.Role:
		return rbacvalidation.ValidateRole(object), true
	case *rbac.ClusterRole:
		return rbacvalidation.ValidateClusterRole(object, rbacvalidation.ClusterRoleValidationOptions{}), true
	case *rbac.RoleBinding:
		return rbacvalidation.ValidateRoleBinding(object), true
	case *rbac.ClusterRoleBinding:
		return rbacvalidation.ValidateClusterRoleBinding(object), true
	}
	return nil, false
}
