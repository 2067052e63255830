package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubejson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/managedfields/managedfieldstest"
	clientgo "k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
)

// fields of an object, whose whole numbers are such, as where Argo CD reads them.
type fields map[string]any

// UnmarshalJSON reads them as Kubernetes does.
func (read *fields) UnmarshalJSON(text []byte) error {
	var plain map[string]any
	err := kubejson.Unmarshal(text, &plain)
	*read = plain
	return err
}

// object is one that Git has, and what it is in the cluster.
type object struct {
	// Applied is what was applied last.
	Applied fields `json:"applied"`
	// Live is what it has become: with what its controllers have written.
	Live fields `json:"live"`
	// Target is what Git has now; absent where that is what was applied.
	Target fields `json:"target"`
}

type compareRequest struct {
	Objects []object                             `json:"objects"`
	Ignores []v1alpha1.ResourceIgnoreDifferences `json:"ignores"`
	// ServerSide: the server-side diff, with the dry run that the API server makes of an apply.
	ServerSide bool `json:"serverSide"`
}

type compareVerdict struct {
	// OutOfSync has one entry an object.
	OutOfSync []bool `json:"outOfSync"`
}

func compare(request compareRequest) (compareVerdict, error) {
	verdict := compareVerdict{OutOfSync: []bool{}}
	for _, one := range request.Objects {
		live, target, err := one.states(request.ServerSide)
		if err != nil {
			return verdict, err
		}
		config, err := configOf(request.Ignores, request.ServerSide, live)
		if err != nil {
			return verdict, err
		}
		modified, err := isModified(live, target, config)
		if err != nil {
			return verdict, fmt.Errorf("%s %s: %w", target.GetKind(), target.GetName(), err)
		}
		verdict.OutOfSync = append(verdict.OutOfSync, modified)
	}
	return verdict, nil
}

// configOf is what an Application with these ignoreDifferences is compared with.
func configOf(ignores []v1alpha1.ResourceIgnoreDifferences, serverSide bool, live *unstructured.Unstructured) (argodiff.DiffConfig, error) {
	// As Argo CD's settings have it: the status of every object is ignored.
	overrides := map[string]v1alpha1.ResourceOverride{
		"*/*": {IgnoreDifferences: v1alpha1.OverrideIgnoreDiff{JSONPointers: []string{"/status"}}},
	}
	if ignores == nil {
		ignores = []v1alpha1.ResourceIgnoreDifferences{}
	}
	builder := argodiff.NewDiffConfigBuilder().
		WithDiffSettings(ignores, overrides, false, normalizers.IgnoreNormalizerOpts{}).
		WithTracking(common.LabelKeyAppInstance, string(v1alpha1.TrackingMethodAnnotation)).
		WithManager(common.ArgoCDSSAManager).
		WithNoCache()
	if serverSide {
		// There are no webhooks here, so there is nothing of theirs to leave out, for which Argo CD would need the definitions.
		builder = builder.WithServerSideDiff(true).WithServerSideDryRunner(dryRunner{live: live}).WithIgnoreMutationWebhook(false)
	}
	return builder.Build()
}

// states are the live object, as the cluster keeps it, and the target.
func (one object) states(serverSide bool) (live, target *unstructured.Unstructured, err error) {
	if one.Applied == nil || one.Live == nil {
		return nil, nil, errors.New("an object without applied or live")
	}
	applied := &unstructured.Unstructured{Object: one.Applied}
	target = applied.DeepCopy()
	if one.Target != nil {
		target = &unstructured.Unstructured{Object: one.Target}
	}
	live = &unstructured.Unstructured{Object: one.Live}
	if serverSide {
		live, err = serverSideLive(applied, live)
		return live, target, err
	}
	text, err := json.Marshal(one.Applied)
	if err != nil {
		return nil, nil, err
	}
	annotations := live.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["kubectl.kubernetes.io/last-applied-configuration"] = string(text)
	live.SetAnnotations(annotations)
	return live, target, nil
}

// fieldManagerOf keeps who owns which field as the API server does. Of custom resources lists are atomic, as those are of
// which the definition says nothing else.
func fieldManagerOf(example *unstructured.Unstructured) *managedfields.FieldManager {
	kind := example.GroupVersionKind()
	converter := managedfields.NewDeducedTypeConverter()
	if scheme.Scheme.Recognizes(kind) {
		converter = clientgo.NewTypeConverter(scheme.Scheme)
	}
	return managedfieldstest.NewFakeFieldManager(converter, kind)
}

// serverSideLive is the object after Argo CD has applied it and its controllers have updated it.
func serverSideLive(applied, live *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	manager := fieldManagerOf(applied)
	empty := &unstructured.Unstructured{}
	empty.SetGroupVersionKind(applied.GroupVersionKind())
	now, err := manager.Apply(empty, applied.DeepCopy(), common.ArgoCDSSAManager, true)
	if err != nil {
		return nil, fmt.Errorf("apply: %w", err)
	}
	if !equality.Semantic.DeepEqual(applied.Object, live.Object) {
		if now, err = manager.Update(now, live.DeepCopy(), "rollouts-controller"); err != nil {
			return nil, fmt.Errorf("update: %w", err)
		}
	}
	return asUnstructured(now)
}

// dryRunner answers an apply as the API server does that has the live object.
type dryRunner struct{ live *unstructured.Unstructured }

func (runner dryRunner) Run(_ context.Context, target *unstructured.Unstructured, by string) (string, error) {
	applied, err := serverSideApply(runner.live, target, by)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(applied.Object)
	return string(text), err
}

func serverSideApply(live, target *unstructured.Unstructured, by string) (*unstructured.Unstructured, error) {
	applied, err := fieldManagerOf(target).Apply(live.DeepCopy(), target.DeepCopy(), by, true)
	if err != nil {
		return nil, err
	}
	return asUnstructured(applied)
}

func asUnstructured(live runtime.Object) (*unstructured.Unstructured, error) {
	converted, err := runtime.DefaultUnstructuredConverter.ToUnstructured(live)
	return &unstructured.Unstructured{Object: converted}, err
}
