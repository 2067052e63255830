package api

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	genericvalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Schemas are the custom resource definitions, by group, version and kind.
type Schemas map[schema.GroupVersionKind]*definition

type definition struct {
	namespaced bool
	structural *structural.Structural
	validator  validation.SchemaValidator
	cel        *cel.Validator
}

// ReadSchemas reads the definitions that `npm run import` keeps: one file a group, one entry a kind.
func ReadSchemas(folder string) (Schemas, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.*.json"))
	if err != nil {
		return nil, err
	}
	known := Schemas{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var kinds map[string]struct {
			Scope    string                     `json:"scope"`
			Versions map[string]json.RawMessage `json:"versions"`
		}
		if err := json.Unmarshal(text, &kinds); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		group := strings.TrimSuffix(filepath.Base(file), ".json")
		for kind, entry := range kinds {
			for version, raw := range entry.Versions {
				if sameAs := ""; json.Unmarshal(raw, &sameAs) == nil {
					raw = entry.Versions[sameAs]
				}
				made, err := define(raw, entry.Scope == "Namespaced")
				if err != nil {
					return nil, fmt.Errorf("%s %s/%s: %w", kind, group, version, err)
				}
				known[schema.GroupVersionKind{Group: group, Version: version, Kind: kind}] = made
			}
		}
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("no definitions in %s", folder)
	}
	return known, nil
}

func define(raw json.RawMessage, namespaced bool) (*definition, error) {
	var v1 apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(raw, &v1); err != nil {
		return nil, err
	}
	// The kept definitions have no status, which nobody writes in Git. A manifest that has one is not wrong for that.
	if v1.Properties != nil {
		if _, ok := v1.Properties["status"]; !ok {
			preserve := true
			v1.Properties["status"] = apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &preserve}
		}
	}
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &internal, nil); err != nil {
		return nil, err
	}
	shape, err := structural.NewStructural(&internal)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return nil, err
	}
	return &definition{namespaced, shape, validator, cel.NewValidator(shape, true, celconfig.PerCallLimit)}, nil
}

// Knows says whether there is a definition of the object's kind.
func (s Schemas) Knows(object unstructured.Unstructured) bool {
	return s[object.GroupVersionKind()] != nil
}

// Validate judges a custom resource as it is created. Fields that the definition does not have are refused, as
// `kubectl apply` has the server do.
func (s Schemas) Validate(object unstructured.Unstructured) []Problem {
	known := s[object.GroupVersionKind()]
	content := runtime.DeepCopyJSON(object.Object)
	problems := []Problem{}
	unknown := pruning.PruneWithOptions(content, known.structural, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		problems = append(problems, Problem{Object: Name(object), Path: path, Message: "unknown field", By: "schema"})
	}
	_, _, unknown, err := objectmeta.GetObjectMetaWithOptions(content, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return append(problems, Problem{Object: Name(object), Path: "metadata", Message: err.Error(), By: "schema"})
	}
	for _, path := range unknown {
		problems = append(problems, Problem{Object: Name(object), Path: path, Message: "unknown field", By: "schema"})
	}
	defaulting.Default(content, known.structural)
	defaulting.PruneNonNullableNullsWithoutDefaults(content, known.structural)
	meta := unstructured.Unstructured{Object: content}
	if known.namespaced && meta.GetNamespace() == "" {
		meta.SetNamespace("default")
	} else if !known.namespaced {
		meta.SetNamespace("") // as the server does
	}
	errors := genericvalidation.ValidateObjectMetaAccessor(&meta, known.namespaced, genericvalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errors = append(errors, objectmeta.Validate(nil, content, known.structural, true)...)
	structure := validation.ValidateCustomResource(nil, content, known.validator)
	errors = append(errors, structure...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, known.structural, content)...)
	if len(structure) == 0 && known.cel != nil { // the server asks CEL only about what has the right types
		found, _ := known.cel.Validate(context.Background(), nil, known.structural, content, nil, celconfig.RuntimeCELCostBudget)
		errors = append(errors, found...)
	}
	return append(problems, Problems(object, "schema", errors)...)
}
