package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	_ "unsafe" // for go:linkname

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/assets"
	operator "github.com/prometheus-operator/prometheus-operator/pkg/prometheus"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/kubernetes"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/scrape"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apilabels "k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
)

// scrapeRequest asks which targets a Prometheus finds, and under which labels it keeps what they say.
type scrapeRequest struct {
	// Prometheus is the `spec` of the Prometheus object. All monitors of the request are its.
	Prometheus json.RawMessage `json:"prometheus"`
	// Manifests are ServiceMonitors, PodMonitors, Services and Pods. A Pod's address is its status.podIP.
	Manifests []json.RawMessage `json:"manifests"`
	// Samples are the series, by their labels, that each target exposes.
	Samples []map[string]string `json:"samples"`
}

type scrapeVerdict struct {
	Targets []target `json:"targets"`
	// Refused are the monitors that the operator leaves out, and why, by kind/namespace/name.
	Refused map[string]string `json:"refused"`
	// Config is what the operator would hand to Prometheus.
	Config string `json:"config"`
	// Groups are what the discovery of each job finds, for a Prometheus of another release.
	Groups map[string][]group `json:"groups"`
}

// group is a targetgroup.Group, whose own JSON is another.
type group struct {
	Targets []model.LabelSet `json:"targets"`
	Labels  model.LabelSet   `json:"labels"`
	Source  string           `json:"source"`
}

// target is one thing that is scraped. The same pod may be several.
type target struct {
	Job      string            `json:"job"`
	URL      string            `json:"url"`
	Interval float64           `json:"intervalSeconds"`
	Timeout  float64           `json:"timeoutSeconds"`
	Labels   map[string]string `json:"labels"`
	Pod      string            `json:"pod"`
	Service  string            `json:"service,omitempty"`
	// Samples are the labels under which each of the request's samples is kept; null where it is dropped.
	Samples []map[string]string `json:"samples,omitempty"`
	// Fails says by which limit, or for which reason, a scrape of it is lost as a whole.
	Fails string `json:"fails,omitempty"`
}

type world struct {
	services map[string]*corev1.Service
	pods     map[string]*corev1.Pod
	monitors map[string]*monitoringv1.ServiceMonitor
	podsOf   map[string]*monitoringv1.PodMonitor
}

func scrapeTargets(request scrapeRequest) (scrapeVerdict, error) {
	found := scrapeVerdict{Targets: []target{}, Groups: map[string][]group{}}
	known, err := read(request.Manifests)
	if err != nil {
		return found, err
	}
	server := &monitoringv1.Prometheus{ObjectMeta: metav1.ObjectMeta{Name: "k8s", Namespace: "monitoring"}}
	if len(request.Prometheus) > 0 {
		if err := json.Unmarshal(request.Prometheus, &server.Spec); err != nil {
			return found, err
		}
	}
	if server.Spec.ScrapeInterval == "" { // the definition's own default
		server.Spec.ScrapeInterval = "30s"
	}
	server.Spec.EvaluationInterval = "30s"
	generator, err := operator.NewConfigGenerator(slog.New(slog.DiscardHandler), server, operator.WithEndpointSliceSupport())
	if err != nil {
		return found, err
	}
	secrets := known.secrets(request.Manifests)
	if found.Refused, err = known.check(server, secrets); err != nil {
		return found, err
	}
	text, err := generator.GenerateServerConfiguration(server, known.monitors, known.podsOf, nil, nil, secrets, nil, nil, nil, nil)
	if err != nil {
		return found, err
	}
	// What the operator's config reloader fills in from the environment of the one pod.
	found.Config = strings.NewReplacer("$(SHARD)", "0", "$(POD_NAME)", "prometheus-k8s-0").Replace(string(text))
	loaded, err := config.Load(found.Config, slog.New(slog.DiscardHandler))
	if err != nil {
		return found, err
	}
	jobs, err := loaded.GetScrapeConfigs()
	if err != nil {
		return found, err
	}
	for _, job := range jobs {
		for _, discovered := range job.ServiceDiscoveryConfigs {
			kube, ok := discovered.(*kubernetes.SDConfig)
			if !ok {
				continue
			}
			groups, err := known.discover(kube)
			if err != nil {
				return found, err
			}
			for _, one := range groups {
				found.Groups[job.JobName] = append(found.Groups[job.JobName], group{one.Targets, one.Labels, one.Source})
			}
			targets, err := targetsOf(job, groups, request.Samples)
			if err != nil {
				return found, err
			}
			found.Targets = append(found.Targets, targets...)
		}
	}
	return found, nil
}

// secrets are those that the monitors name and nobody keeps in Git.
func (w world) secrets(manifests []json.RawMessage) *assets.StoreBuilder {
	found := map[string]*corev1.Secret{}
	for _, manifest := range manifests {
		var object map[string]any
		if json.Unmarshal(manifest, &object) != nil {
			continue
		}
		metadata, _ := object["metadata"].(map[string]any)
		namespace, _ := metadata["namespace"].(string)
		if namespace == "" {
			namespace = "default"
		}
		addSecrets(found, namespace, object["spec"])
	}
	objects := make([]any, 0, len(found))
	for _, secret := range found {
		objects = append(objects, secret)
	}
	return assets.NewTestStoreBuilder(objects...)
}

func addSecrets(found map[string]*corev1.Secret, namespace string, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			addSecrets(found, namespace, one)
		}
	case map[string]any:
		name, named := value["name"].(string)
		if key, ok := value["key"].(string); ok && named {
			id := namespace + "/" + name
			if found[id] == nil {
				found[id] = &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace}, Data: map[string][]byte{}}
			}
			found[id].Data[key] = []byte("secret")
		}
		for _, one := range value {
			addSecrets(found, namespace, one)
		}
	}
}

func read(manifests []json.RawMessage) (world, error) {
	known := world{
		services: map[string]*corev1.Service{},
		pods:     map[string]*corev1.Pod{},
		monitors: map[string]*monitoringv1.ServiceMonitor{},
		podsOf:   map[string]*monitoringv1.PodMonitor{},
	}
	for _, manifest := range manifests {
		var meta metav1.PartialObjectMetadata
		if err := json.Unmarshal(manifest, &meta); err != nil {
			return known, err
		}
		var err error
		switch meta.Kind {
		case "Service":
			err = keep(manifest, known.services)
		case "Pod":
			err = keep(manifest, known.pods)
		case "ServiceMonitor":
			err = keep(manifest, known.monitors)
		case "PodMonitor":
			err = keep(manifest, known.podsOf)
		}
		if err != nil {
			return known, fmt.Errorf("%s %s: %w", meta.Kind, meta.Name, err)
		}
	}
	known.setDefaults()
	return known, nil
}

func keep[T any, P interface {
	*T
	metav1.Object
}](manifest json.RawMessage, into map[string]*T) error {
	object := P(new(T))
	if err := json.Unmarshal(manifest, object); err != nil {
		return err
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	into[object.GetNamespace()+"/"+object.GetName()] = object
	return nil
}

// targetsOf relabels and keeps, as one scrape job of Prometheus does. What cannot be scraped and what is
// found twice is left out, as when targets are synchronized.
func targetsOf(job *config.ScrapeConfig, groups []*targetgroup.Group, samples []map[string]string) ([]target, error) {
	found, seen := []target{}, map[uint64]bool{}
	for _, group := range groups {
		targets, _ := scrape.TargetsFromGroup(group, job, nil, labels.NewBuilder(labels.EmptyLabels()))
		for _, one := range targets {
			kept := one.Labels(labels.NewBuilder(labels.EmptyLabels()))
			if kept.IsEmpty() || seen[hashOf(one)] {
				continue
			}
			seen[hashOf(one)] = true
			interval, timeout, err := timesOf(one, time.Duration(job.ScrapeInterval), time.Duration(job.ScrapeTimeout))
			if err != nil {
				return nil, err
			}
			discovered := one.DiscoveredLabels(labels.NewBuilder(labels.EmptyLabels()))
			made := target{
				Job:      job.JobName,
				URL:      one.URL().String(),
				Interval: interval.Seconds(),
				Timeout:  timeout.Seconds(),
				Labels:   kept.Map(),
				Pod:      discovered.Get("__meta_kubernetes_pod_name"),
				Service:  discovered.Get("__meta_kubernetes_service_name"),
			}
			made.Samples, made.Fails = sampled(job, one, samples)
			found = append(found, made)
		}
	}
	if limit := int(job.TargetLimit); limit > 0 && len(found) > limit {
		for i := range found {
			found[i].Fails = "target_limit"
		}
	}
	return found, nil
}

// sampled are the labels under which the samples of a target are kept, and why its scrape fails where it does.
func sampled(job *config.ScrapeConfig, from *scrape.Target, samples []map[string]string) (kept []map[string]string, failure string) {
	limits := labelLimits{int(job.LabelLimit), int(job.LabelNameLengthLimit), int(job.LabelValueLengthLimit)}
	count := 0
	for _, sample := range samples {
		mutated := mutateSampleLabels(labels.FromMap(sample), from, job.HonorLabels, job.MetricRelabelConfigs)
		if mutated.IsEmpty() {
			kept = append(kept, nil)
			continue
		}
		count++
		kept = append(kept, mutated.Map())
		switch {
		case failure != "":
		case !mutated.Has(model.MetricNameLabel):
			failure = "name"
		case !mutated.IsValid(job.MetricNameValidationScheme):
			failure = "invalid"
		default:
			if err := verifyLabelLimits(mutated, &limits); err != nil {
				failure, _, _ = strings.Cut(err.Error(), " ")
			}
		}
	}
	if limit := int(job.SampleLimit); failure == "" && limit > 0 && count > limit {
		failure = "sample_limit"
	}
	return kept, failure
}

//go:linkname hashOf github.com/prometheus/prometheus/scrape.(*Target).hash
func hashOf(t *scrape.Target) uint64

//go:linkname timesOf github.com/prometheus/prometheus/scrape.(*Target).intervalAndTimeout
func timesOf(t *scrape.Target, interval, timeout time.Duration) (time.Duration, time.Duration, error)

//go:linkname mutateSampleLabels github.com/prometheus/prometheus/scrape.mutateSampleLabels
func mutateSampleLabels(lset labels.Labels, target *scrape.Target, honor bool, rc []*relabel.Config) labels.Labels

// labelLimits has the fields of the type of this name in Prometheus.
type labelLimits struct {
	labelLimit            int
	labelNameLengthLimit  int
	labelValueLengthLimit int
}

//go:linkname verifyLabelLimits github.com/prometheus/prometheus/scrape.verifyLabelLimits
func verifyLabelLimits(lset labels.Labels, limits *labelLimits) error

//go:linkname buildEndpointSlice github.com/prometheus/prometheus/discovery/kubernetes.(*EndpointSlice).buildEndpointSlice
func buildEndpointSlice(e *kubernetes.EndpointSlice, slice discoveryv1.EndpointSlice) *targetgroup.Group

//go:linkname buildEndpoints github.com/prometheus/prometheus/discovery/kubernetes.(*Endpoints).buildEndpoints
func buildEndpoints(e *kubernetes.Endpoints, endpoints *corev1.Endpoints) *targetgroup.Group

//go:linkname buildPod github.com/prometheus/prometheus/discovery/kubernetes.(*Pod).buildPod
func buildPod(p *kubernetes.Pod, pod *corev1.Pod) *targetgroup.Group

// selectorOf is what the API server selects by where a job has its discovery ask for a part only.
func selectorOf(kube *kubernetes.SDConfig, role kubernetes.Role) (apilabels.Selector, error) {
	for _, selector := range kube.Selectors {
		if selector.Role == role {
			return apilabels.Parse(selector.Label)
		}
	}
	return apilabels.Everything(), nil
}

func (w world) discover(kube *kubernetes.SDConfig) ([]*targetgroup.Group, error) {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "events"}, []string{"role", "event"})
	ofServices, err := selectorOf(kube, kubernetes.RoleService)
	if err != nil {
		return nil, err
	}
	ofPods, err := selectorOf(kube, kubernetes.RolePod)
	if err != nil {
		return nil, err
	}
	asked := map[string]*corev1.Service{}
	for name, service := range w.services {
		if ofServices.Matches(apilabels.Set(service.Labels)) {
			asked[name] = service
		}
	}
	services, pods := store(&corev1.Service{}, asked), store(&corev1.Pod{}, w.pods)
	inScope := func(namespace string) bool {
		names := kube.NamespaceDiscovery.Names
		return len(names) == 0 || slices.Contains(names, namespace)
	}
	groups := []*targetgroup.Group{}
	switch kube.Role {
	case kubernetes.RoleEndpointSlice:
		slices := store(&discoveryv1.EndpointSlice{}, map[string]*discoveryv1.EndpointSlice{})
		discovery := kubernetes.NewEndpointSlice(nil, slices, services, pods, nil, nil, nil, nil, false, false, false, counter)
		for _, name := range sorted(asked) {
			if !inScope(asked[name].Namespace) {
				continue
			}
			made, err := w.slicesOf(asked[name])
			if err != nil {
				return nil, err
			}
			for _, slice := range made {
				groups = append(groups, buildEndpointSlice(discovery, slice))
			}
		}
	case kubernetes.RoleEndpoint:
		known := store(&corev1.Endpoints{}, map[string]*corev1.Endpoints{})
		discovery := kubernetes.NewEndpoints(nil, known, services, pods, nil, nil, nil, nil, false, false, false, counter)
		for _, name := range sorted(asked) {
			if endpoints := w.endpointsOf(asked[name]); endpoints != nil && inScope(endpoints.Namespace) {
				groups = append(groups, buildEndpoints(discovery, endpoints))
			}
		}
	case kubernetes.RolePod:
		discovery := kubernetes.NewPod(nil, pods, nil, nil, nil, nil, false, false, false, counter)
		for _, name := range sorted(w.pods) {
			if pod := w.pods[name]; inScope(pod.Namespace) && ofPods.Matches(apilabels.Set(pod.Labels)) {
				groups = append(groups, buildPod(discovery, pod))
			}
		}
	default:
		return nil, fmt.Errorf("nobody here discovers by role %q", kube.Role)
	}
	return groups, nil
}

// store is an informer that is never started and knows these objects.
func store[T any](kind runtime.Object, objects map[string]*T) cache.SharedIndexInformer {
	made := cache.NewSharedIndexInformer(&cache.ListWatch{}, kind, 0, cache.Indexers{})
	for _, object := range objects {
		_ = made.GetStore().Add(object) // which fails only for what has no name
	}
	return made
}

func sorted[T any](objects map[string]T) []string {
	return slices.Sorted(maps.Keys(objects))
}

//go:linkname checkServiceMonitor github.com/prometheus-operator/prometheus-operator/pkg/prometheus.(*ResourceSelector).checkServiceMonitor
func checkServiceMonitor(rs *operator.ResourceSelector, ctx context.Context, monitor *monitoringv1.ServiceMonitor) error

//go:linkname checkPodMonitor github.com/prometheus-operator/prometheus-operator/pkg/prometheus.(*ResourceSelector).checkPodMonitor
func checkPodMonitor(rs *operator.ResourceSelector, ctx context.Context, monitor *monitoringv1.PodMonitor) error

// check takes out the monitors that the operator refuses.
func (w world) check(server *monitoringv1.Prometheus, secrets *assets.StoreBuilder) (map[string]string, error) {
	refused := map[string]string{}
	selector, err := operator.NewResourceSelector(slog.New(slog.DiscardHandler), server, secrets, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	for key, monitor := range w.monitors {
		if err := checkServiceMonitor(selector, context.Background(), monitor); err != nil {
			refused["ServiceMonitor/"+key] = err.Error()
			delete(w.monitors, key)
		}
	}
	for key, monitor := range w.podsOf {
		if err := checkPodMonitor(selector, context.Background(), monitor); err != nil {
			refused["PodMonitor/"+key] = err.Error()
			delete(w.podsOf, key)
		}
	}
	return refused, nil
}
