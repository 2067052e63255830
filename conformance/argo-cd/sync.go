package main

import (
	"encoding/json"
	"fmt"

	"github.com/argoproj/argo-cd/v3/common"
	_ "github.com/argoproj/argo-cd/v3/controller"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	jsonpatch "github.com/evanphx/json-patch"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

type syncRequest struct {
	Objects []object                             `json:"objects"`
	Ignores []v1alpha1.ResourceIgnoreDifferences `json:"ignores"`
	// Respect: the sync option RespectIgnoreDifferences=true.
	Respect bool `json:"respect"`
	// ServerSide: the sync option ServerSideApply=true.
	ServerSide bool `json:"serverSide"`
}

type syncVerdict struct {
	// Objects are what a sync makes of the live objects.
	Objects []map[string]any `json:"objects"`
}

// syncTargets applies what Git has, as a sync does.
func syncTargets(request syncRequest) (syncVerdict, error) {
	verdict := syncVerdict{}
	for _, one := range request.Objects {
		live, target, err := one.states(request.ServerSide)
		if err != nil {
			return verdict, err
		}
		if request.Respect {
			config, err := configOf(request.Ignores, false, live)
			if err != nil {
				return verdict, err
			}
			if target, err = respecting(live, target, config); err != nil {
				return verdict, err
			}
		}
		apply := clientSideApply
		if request.ServerSide {
			apply = func(live, target *unstructured.Unstructured) (*unstructured.Unstructured, error) {
				return serverSideApply(live, target, common.ArgoCDSSAManager)
			}
		}
		result, err := apply(live, target)
		if err != nil {
			return verdict, fmt.Errorf("%s %s: %w", target.GetKind(), target.GetName(), err)
		}
		verdict.Objects = append(verdict.Objects, result.Object)
	}
	return verdict, nil
}

// respecting is the target that RespectIgnoreDifferences makes.
func respecting(live, target *unstructured.Unstructured, config argodiff.DiffConfig) (*unstructured.Unstructured, error) {
	targets, err := normalizedTargets(&comparisonResult{
		reconciliationResult: reconciliationResult{
			Live:   []*unstructured.Unstructured{live.DeepCopy()},
			Target: []*unstructured.Unstructured{target.DeepCopy()},
		},
		diffConfig: config,
	})
	if err != nil {
		return nil, err
	}
	return targets[0], nil
}

// clientSideApply merges what was applied last, what Git has and what is live, as kubectl apply does, which Argo CD calls.
func clientSideApply(live, target *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	modified, err := json.Marshal(target.Object)
	if err != nil {
		return nil, err
	}
	original := []byte(live.GetAnnotations()["kubectl.kubernetes.io/last-applied-configuration"])
	current, err := json.Marshal(live.Object)
	if err != nil {
		return nil, err
	}
	result := []byte(nil)
	if example, unknown := scheme.Scheme.New(target.GroupVersionKind()); unknown == nil {
		meta, err := strategicpatch.NewPatchMetaFromStruct(example)
		if err != nil {
			return nil, err
		}
		patch, err := strategicpatch.CreateThreeWayMergePatch(original, modified, current, meta, true)
		if err != nil {
			return nil, err
		}
		if result, err = strategicpatch.StrategicMergePatch(current, patch, example); err != nil {
			return nil, err
		}
	} else {
		patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(original, modified, current)
		if err != nil {
			return nil, err
		}
		if result, err = jsonpatch.MergePatch(current, patch); err != nil {
			return nil, err
		}
	}
	object := fields{}
	err = json.Unmarshal(result, &object)
	return &unstructured.Unstructured{Object: object}, err
}

type healthRequest struct {
	Objects []fields `json:"objects"`
}

type healthVerdict struct {
	// Health has one entry an object: empty where Argo CD knows no health of its kind.
	Health []string `json:"health"`
}

// healthOf asks for the health of objects, in Lua or, of kinds that Argo CD has in its code, there.
func healthOf(request healthRequest) (healthVerdict, error) {
	verdict := healthVerdict{Health: []string{}}
	for _, one := range request.Objects {
		code, err := resourceHealth(&unstructured.Unstructured{Object: one})
		if err != nil {
			return verdict, err
		}
		verdict.Health = append(verdict.Health, code)
	}
	return verdict, nil
}
