// Prints the definitions of Kubernetes's own kinds that the linter checks, as OpenAPI definitions. They are read from the
// Go types of the API, whose field names, kinds and `omitempty` say what the API server decodes and requires.
//
//	go run . > ../../imports/schemas/kubernetes-kinds.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"reflect"
	"runtime/debug"
	"sort"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// The kinds, by the key of their definition.
var kinds = []any{
	appsv1.DaemonSet{}, appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.StatefulSet{},
	autoscalingv1.HorizontalPodAutoscaler{}, autoscalingv2.HorizontalPodAutoscaler{},
	batchv1.CronJob{}, batchv1.Job{},
	networkingv1.Ingress{}, networkingv1.NetworkPolicy{},
	policyv1.PodDisruptionBudget{},
	rbacv1.ClusterRole{}, rbacv1.ClusterRoleBinding{}, rbacv1.Role{}, rbacv1.RoleBinding{},
}

// Types that are written as one value.
var values = map[string]map[string]any{
	"io.k8s.apimachinery.pkg.api.resource.Quantity":   {"type": "string"},
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string", "format": "int-or-string"},
	"io.k8s.apimachinery.pkg.apis.meta.v1.Time":       {"type": "string", "format": "date-time"},
	"io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime":  {"type": "string", "format": "date-time"},
}

// Fields without `omitempty` that the API server accepts all the same: it sets a default, or takes the empty value.
var accepted = map[string]bool{
	"io.k8s.api.apps.v1.StatefulSetSpec serviceName":                    true,
	"io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern status": true,
	"io.k8s.api.networking.v1.NetworkPolicySpec podSelector":            true,
	"io.k8s.api.rbac.v1.ClusterRole rules":                              true,
	"io.k8s.api.rbac.v1.PolicyRule verbs":                               true,
	"io.k8s.api.rbac.v1.Role rules":                                     true,
	"io.k8s.api.rbac.v1.RoleRef apiGroup":                               true,
}

var definitions = map[string]any{}

func main() {
	for _, kind := range kinds {
		define(reflect.TypeOf(kind))
	}
	release := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == "k8s.io/api" {
				// k8s.io/api v0.37.2 is Kubernetes 1.37.2.
				release = "1" + strings.TrimPrefix(dependency.Version, "v0")
			}
		}
	}
	names := make([]string, 0, len(definitions))
	for name := range definitions {
		names = append(names, name)
	}
	sort.Strings(names)
	// One line a definition: a change of one is a change of one line.
	fmt.Printf("{\n\"upstream\": %s,\n\"definitions\": {\n", text("Kubernetes "+release))
	for at, name := range names {
		end := ","
		if at == len(names)-1 {
			end = ""
		}
		fmt.Printf("%s: %s%s\n", text(name), text(definitions[name]), end)
	}
	fmt.Println("}\n}")
}

func text(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return strings.TrimSpace(out.String())
}

// k8s.io/api/apps/v1.Deployment is io.k8s.api.apps.v1.Deployment.
func nameOf(t reflect.Type) string {
	return "io.k8s." + strings.ReplaceAll(strings.TrimPrefix(t.PkgPath(), "k8s.io/"), "/", ".") + "." + t.Name()
}

func define(t reflect.Type) map[string]any {
	name := nameOf(t)
	ref := map[string]any{"$ref": "#/definitions/" + name}
	if _, known := definitions[name]; known {
		return ref
	}
	if value, known := values[name]; known {
		definitions[name] = value
		return ref
	}
	properties := map[string]any{}
	definition := map[string]any{"type": "object", "properties": properties}
	definitions[name] = definition
	var required []string
	addFields(t, properties, &required)
	sort.Strings(required)
	if len(required) > 0 {
		definition["required"] = required
	}
	return ref
}

func addFields(t reflect.Type, properties map[string]any, required *[]string) {
	for at := 0; at < t.NumField(); at++ {
		field := t.Field(at)
		tag := strings.Split(field.Tag.Get("json"), ",")
		if field.Anonymous && tag[0] == "" {
			addFields(field.Type, properties, required)
			continue
		}
		if tag[0] == "" || tag[0] == "-" || tag[0] == "status" {
			continue
		}
		properties[tag[0]] = schemaOf(field.Type)
		optional := accepted[nameOf(t)+" "+tag[0]]
		for _, word := range tag[1:] {
			optional = optional || word == "omitempty" || word == "omitzero"
		}
		if !optional {
			*required = append(*required, tag[0])
		}
	}
}

func schemaOf(t reflect.Type) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int32:
		return map[string]any{"type": "integer", "format": "int32"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer", "format": "int64"}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return map[string]any{"type": "string", "format": "byte"}
		}
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		// The pods of all kinds have one definition, with what the API server says of it.
		if path.Base(path.Dir(t.PkgPath())) == "core" {
			return map[string]any{"$ref": "#/definitions/" + nameOf(t)}
		}
		return define(t)
	default:
		panic("no schema for " + t.String())
	}
}
