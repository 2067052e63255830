package cluster

import (
	"fmt"
	"reflect"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"
)

// store does what an API server does and the fake clients do not: it numbers versions and generations, gives out UIDs,
// keeps status and spec apart where the kind has a status subresource, and tells the informers what has changed.
type store struct {
	cluster *Cluster
	version int
	changes []change
}

type change struct {
	resource schema.GroupVersionResource
	old, now runtime.Object
}

// withStatus are the kinds whose definition has a status subresource: a write to the one leaves the other alone.
var withStatus = map[string]bool{"rollouts": true, "replicasets": true, "deployments": true}

type fakeClient interface {
	PrependReactor(verb, resource string, reaction clienttesting.ReactionFunc)
	Tracker() clienttesting.ObjectTracker
}

func newStore(c *Cluster) *store {
	s := &store{cluster: c}
	for _, client := range []fakeClient{c.Rollouts, c.Kube, c.Dynamic} {
		tracker := client.Tracker()
		react := clienttesting.ObjectReaction(tracker)
		client.PrependReactor("*", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
			return s.write(tracker, react, action)
		})
	}
	return s
}

func (s *store) write(tracker clienttesting.ObjectTracker, react clienttesting.ReactionFunc, action clienttesting.Action) (bool, runtime.Object, error) {
	name, written := nameOf(action)
	if !written {
		return react(action)
	}
	resource, namespace := action.GetResource(), action.GetNamespace()
	old, _ := tracker.Get(resource, namespace, name)
	if old != nil {
		old = old.DeepCopyObject()
	}
	handled, result, err := react(action)
	if err != nil {
		return handled, result, err
	}
	now, err := tracker.Get(resource, namespace, name)
	if err != nil { // deleted
		s.changes = append(s.changes, change{resource, old, nil})
		return handled, result, nil
	}
	now, err = s.stamp(resource.Resource, action.GetSubresource(), old, now.DeepCopyObject())
	if err != nil {
		return true, nil, err
	}
	if now == nil { // nothing has changed, and so nobody is told
		current, _ := tracker.Get(resource, namespace, name)
		return handled, current, nil
	}
	if err := tracker.Update(resource, now, namespace); err != nil {
		return true, nil, err
	}
	s.changes = append(s.changes, change{resource, old, now.DeepCopyObject()})
	return handled, now.DeepCopyObject(), nil
}

func nameOf(action clienttesting.Action) (string, bool) {
	switch action := action.(type) {
	case clienttesting.CreateActionImpl:
		if object, err := meta.Accessor(action.GetObject()); err == nil && action.GetSubresource() == "" {
			return object.GetName(), true
		}
	case clienttesting.UpdateActionImpl:
		if object, err := meta.Accessor(action.GetObject()); err == nil {
			return object.GetName(), true
		}
	case clienttesting.PatchActionImpl:
		return action.GetName(), true
	case clienttesting.DeleteActionImpl:
		return action.GetName(), true
	}
	return "", false
}

// stamp makes of what was written what the API server would have stored, or nil where that is what it had.
func (s *store) stamp(resource, subresource string, old, now runtime.Object) (runtime.Object, error) {
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(now)
	if err != nil {
		return nil, err
	}
	object := unstructured.Unstructured{Object: fields}
	if old == nil {
		s.version++
		object.SetUID(types.UID(fmt.Sprintf("uid-%d", s.version)))
		object.SetGeneration(1)
		object.SetCreationTimestamp(metav1.NewTime(s.cluster.Clock.Now()))
	} else {
		before, err := runtime.DefaultUnstructuredConverter.ToUnstructured(old)
		if err != nil {
			return nil, err
		}
		if withStatus[resource] {
			kept := "status"
			if subresource == "status" {
				kept = "spec"
			}
			if value, ok := before[kept]; ok {
				object.Object[kept] = value
			} else {
				delete(object.Object, kept)
			}
		}
		previous := unstructured.Unstructured{Object: before}
		object.SetUID(previous.GetUID())
		object.SetGeneration(previous.GetGeneration())
		object.SetResourceVersion(previous.GetResourceVersion())
		object.SetCreationTimestamp(previous.GetCreationTimestamp())
		if !reflect.DeepEqual(before["spec"], object.Object["spec"]) {
			object.SetGeneration(previous.GetGeneration() + 1)
		} else if reflect.DeepEqual(before, object.Object) {
			return nil, nil
		}
		s.version++
	}
	object.SetResourceVersion(strconv.Itoa(s.version))
	if _, ok := now.(*unstructured.Unstructured); ok {
		return &object, nil
	}
	stored := reflect.New(reflect.TypeOf(now).Elem()).Interface().(runtime.Object)
	return stored, runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, stored)
}

// deliver tells the informers and their handlers everything that was written since the last time.
func (s *store) deliver() {
	for len(s.changes) > 0 {
		next := s.changes[0]
		s.changes = s.changes[1:]
		if next.resource == replicaSets && next.now != nil {
			s.cluster.runPods(next.now)
		}
		if next.resource == deployments && next.now != nil {
			s.cluster.tellReferrers(next.now)
		}
		target, ok := s.cluster.kube[next.resource]
		if !ok {
			target, ok = s.cluster.argo.informers[next.resource]
			next.old, next.now = asUnstructured(next.old), asUnstructured(next.now)
		}
		if ok {
			target.tell(next.old, next.now)
		}
	}
}

func asUnstructured(object runtime.Object) runtime.Object {
	if object == nil {
		return nil
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		panic(err) // of a type that the controllers' own scheme knows
	}
	return &unstructured.Unstructured{Object: fields}
}

func (i *informer) tell(old, now runtime.Object) {
	if now == nil {
		_ = i.GetIndexer().Delete(old)
		for _, handler := range i.handlers {
			handler.OnDelete(old)
		}
		return
	}
	_ = i.GetIndexer().Update(now)
	for _, handler := range i.handlers {
		if old == nil {
			handler.OnAdd(now, false)
		} else {
			handler.OnUpdate(old, now)
		}
	}
}
