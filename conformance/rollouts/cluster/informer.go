package cluster

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

// informer is a shared informer that is never started: its store is written to, and its handlers called, by the cluster.
type informer struct {
	cache.SharedIndexInformer
	resource schema.GroupVersionResource
	handlers []cache.ResourceEventHandler
}

func (i *informer) HasSynced() bool { return true }

func (i *informer) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	i.handlers = append(i.handlers, handler)
	return nil, nil
}

func (i *informer) AddEventHandlerWithResyncPeriod(handler cache.ResourceEventHandler, _ time.Duration) (cache.ResourceEventHandlerRegistration, error) {
	return i.AddEventHandler(handler)
}

// Informer and Lister make it the generic informer that the dynamic factory hands out.
func (i *informer) Informer() cache.SharedIndexInformer { return i }

func (i *informer) Lister() cache.GenericLister {
	return cache.NewGenericLister(i.GetIndexer(), i.resource.GroupResource())
}

// factory is the dynamic informer factory that the controllers are given.
type factory struct {
	dynamicinformer.DynamicSharedInformerFactory
	informers map[schema.GroupVersionResource]*informer
}

func (f *factory) ForResource(resource schema.GroupVersionResource) informers.GenericInformer {
	return f.informer(resource)
}

func (f *factory) informer(resource schema.GroupVersionResource) *informer {
	if known, ok := f.informers[resource]; ok {
		return known
	}
	made := &informer{
		SharedIndexInformer: f.DynamicSharedInformerFactory.ForResource(resource).Informer(),
		resource:            resource,
	}
	f.informers[resource] = made
	return made
}
