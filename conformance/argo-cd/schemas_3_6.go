//go:build argo_cd_3_6

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	definitions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/controller/openapi/builder"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/util/proto"
	"k8s.io/kubectl/pkg/util/openapi"
)

var folder = flag.String("schemas", "", "the folder of the custom resource definitions")

// published are the schemas of custom resources, as an API server publishes them.
type published map[schema.GroupVersionKind]proto.Schema

func (known published) LookupResource(kind schema.GroupVersionKind) proto.Schema {
	if found, ok := known[kind]; ok {
		return found
	}
	return nil
}

func (published) GetConsumes(schema.GroupVersionKind, string) []string { return nil }

// kindInFile is an entry of a file of schemas.
type kindInFile struct {
	Plural string                    `json:"plural"`
	Scope  definitions.ResourceScope `json:"scope"`
	// Versions are schemas, or the names of versions that have the same.
	Versions map[string]json.RawMessage `json:"versions"`
}

func (one kindInFile) schemaOf(version string) (*definitions.JSONSchemaProps, error) {
	text := one.Versions[version]
	var same string
	if json.Unmarshal(text, &same) == nil {
		text = one.Versions[same]
	}
	properties := &definitions.JSONSchemaProps{}
	return properties, json.Unmarshal(text, properties)
}

// publishedSchemas reads the definitions, and has the API server's code publish them.
var publishedSchemas = sync.OnceValues(func() (openapi.Resources, error) {
	if *folder == "" {
		return nil, errors.New("give -schemas, the folder of the custom resource definitions")
	}
	known := published{}
	files, err := filepath.Glob(filepath.Join(*folder, "*.*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var kinds map[string]kindInFile
		if err := json.Unmarshal(text, &kinds); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		group := filepath.Base(file[:len(file)-len(".json")])
		for kind, one := range kinds {
			for version := range one.Versions {
				properties, err := one.schemaOf(version)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", file, err)
				}
				of := schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
				if known[of], err = publish(of, one, properties); err != nil {
					return nil, fmt.Errorf("%s: %w", of, err)
				}
			}
		}
	}
	return known, nil
})

func publish(of schema.GroupVersionKind, one kindInFile, properties *definitions.JSONSchemaProps) (proto.Schema, error) {
	definition := &definitions.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: one.Plural + "." + of.Group},
		Spec: definitions.CustomResourceDefinitionSpec{
			Group: of.Group,
			Names: definitions.CustomResourceDefinitionNames{Plural: one.Plural, Kind: of.Kind, ListKind: of.Kind + "List"},
			Scope: one.Scope,
			Versions: []definitions.CustomResourceDefinitionVersion{{
				Name: of.Version, Served: true, Storage: true,
				Schema: &definitions.CustomResourceValidation{OpenAPIV3Schema: properties},
			}},
		},
	}
	swagger, err := builder.BuildOpenAPIV2(definition, of.Version, builder.Options{V2: true})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(swagger)
	if err != nil {
		return nil, err
	}
	document, err := openapi_v2.ParseDocument(text)
	if err != nil {
		return nil, err
	}
	resources, err := openapi.NewOpenAPIData(document)
	if err != nil {
		return nil, err
	}
	found := resources.LookupResource(of)
	if found == nil {
		return nil, fmt.Errorf("not published")
	}
	return found, nil
}
