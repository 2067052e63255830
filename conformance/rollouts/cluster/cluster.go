package cluster

import (
	"context"
	"io"
	"os"
	"reflect"
	"sync"
	"time"
	"unsafe"

	"github.com/argoproj/argo-rollouts/analysis"
	"github.com/argoproj/argo-rollouts/controller/metrics"
	"github.com/argoproj/argo-rollouts/experiments"
	metricprovider "github.com/argoproj/argo-rollouts/metric"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	rolloutsfake "github.com/argoproj/argo-rollouts/pkg/client/clientset/versioned/fake"
	"github.com/argoproj/argo-rollouts/rollout"
	controllerutil "github.com/argoproj/argo-rollouts/utils/controller"
	ingressutil "github.com/argoproj/argo-rollouts/utils/ingress"
	istioutil "github.com/argoproj/argo-rollouts/utils/istio"
	logutil "github.com/argoproj/argo-rollouts/utils/log"
	"github.com/argoproj/argo-rollouts/utils/record"
	timeutil "github.com/argoproj/argo-rollouts/utils/time"
	"github.com/argoproj/argo-rollouts/utils/tolerantinformer"
	smifake "github.com/servicemeshinterface/smi-sdk-go/pkg/gen/client/split/clientset/versioned/fake"
	log "github.com/sirupsen/logrus"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	kubeinformers "k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	kuberecord "k8s.io/client-go/tools/record"
)

// Measure answers one query of one metric of an analysis run, as a metric provider would.
type Measure func(metric v1alpha1.Metric) (metricprovider.Provider, error)

// Cluster is an API server, the informers on it, and the three controllers that make a rollout.
type Cluster struct {
	Clock    *Clock
	Rollouts *rolloutsfake.Clientset
	Kube     *kubefake.Clientset
	Dynamic  *dynamicfake.FakeDynamicClient

	store       *store
	argo        *factory
	kube        map[schema.GroupVersionResource]*informer
	rollouts    *rollout.Controller
	analyses    *analysis.Controller
	experiments *experiments.Controller

	rolloutQueue    *workQueue
	analysisQueue   *workQueue
	experimentQueue *workQueue
	metrics         *metrics.MetricsServer
	pods            Pods

	// Failures are the errors with which reconciliations ended, by the key that was dealt with.
	Failures map[string]string
}

var (
	replicaSets = appsv1.SchemeGroupVersion.WithResource("replicasets")
	deployments = appsv1.SchemeGroupVersion.WithResource("deployments")
	services    = corev1.SchemeGroupVersion.WithResource("services")
	ingresses   = networkingv1.SchemeGroupVersion.WithResource("ingresses")
)

// reconciliation is how long the controllers take over one key. It is not nothing, because the analysis controller asks
// whether a measurement's time is over, not whether it has come, and would ask again for ever if no time went by.
const reconciliation = time.Millisecond

// vain is how long they take over one that changes nothing. Near a progress deadline the rollout controller asks itself
// again and again without a pause; how often it does so, nobody sees.
const vain = 10 * time.Millisecond

// Resync is how often the controllers look at everything again, by their command line's default.
const Resync = 15 * time.Minute

// recorder takes the events that nobody reads. One serves every cluster, as each brings clients of its own.
var recorder = sync.OnceValue(func() *record.FakeEventRecorder {
	made := record.NewFakeEventRecorder()
	made.K8sRecorder().(*kuberecord.FakeRecorder).Events = nil // a channel that blocks once it holds a thousand
	return made
})

// Quiet silences what the controllers would log, unless CONFORMANCE_LOG is set.
func Quiet() {
	if os.Getenv("CONFORMANCE_LOG") == "" {
		log.SetOutput(io.Discard)
	}
}

// New makes an empty cluster. The measurements of its analyses come from `measure`.
func New(pods Pods, measure Measure) (*Cluster, error) {
	c := &Cluster{Clock: NewClock(), pods: pods, Failures: map[string]string{}}
	timeutil.SetNowTimeFunc(c.Clock.Now)
	rolloutNow = c.Clock.Now

	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	c.Rollouts = rolloutsfake.NewSimpleClientset()
	c.Kube = kubefake.NewSimpleClientset()
	c.Dynamic = dynamicfake.NewSimpleDynamicClientWithCustomListKinds(scheme, map[schema.GroupVersionResource]string{
		istioutil.GetIstioVirtualServiceGVR():  "VirtualServiceList",
		istioutil.GetIstioDestinationRuleGVR(): "DestinationRuleList",
	})
	c.store = newStore(c)

	c.argo = &factory{
		DynamicSharedInformerFactory: dynamicinformer.NewDynamicSharedInformerFactory(c.Dynamic, 0),
		informers:                    map[schema.GroupVersionResource]*informer{},
	}
	kube := c.kubeInformers()
	if err := c.makeControllers(kube, measure); err != nil {
		return nil, err
	}
	return c, nil
}

// kubeInformers is a factory whose informers for the kinds that matter here are the cluster's.
func (c *Cluster) kubeInformers() kubeinformers.SharedInformerFactory {
	made := kubeinformers.NewSharedInformerFactory(c.Kube, 0)
	plain := kubeinformers.NewSharedInformerFactory(c.Kube, 0)
	c.kube = map[schema.GroupVersionResource]*informer{
		replicaSets: {SharedIndexInformer: plain.Apps().V1().ReplicaSets().Informer(), resource: replicaSets},
		services:    {SharedIndexInformer: plain.Core().V1().Services().Informer(), resource: services},
		ingresses:   {SharedIndexInformer: plain.Networking().V1().Ingresses().Informer(), resource: ingresses},
	}
	give := func(i *informer) func(kubernetes.Interface, time.Duration) cache.SharedIndexInformer {
		return func(kubernetes.Interface, time.Duration) cache.SharedIndexInformer { return i }
	}
	made.InformerFor(&appsv1.ReplicaSet{}, give(c.kube[replicaSets]))
	made.InformerFor(&corev1.Service{}, give(c.kube[services]))
	made.InformerFor(&networkingv1.Ingress{}, give(c.kube[ingresses]))
	made.InformerFor(&batchv1.Job{}, give(&informer{SharedIndexInformer: plain.Batch().V1().Jobs().Informer()}))
	made.InformerFor(&corev1.Pod{}, give(&informer{SharedIndexInformer: plain.Core().V1().Pods().Informer()}))
	return made
}

func (c *Cluster) makeControllers(kube kubeinformers.SharedInformerFactory, measure Measure) error {
	wrapper, err := ingressutil.NewIngressWrapper(ingressutil.IngressModeNetworking, c.Kube, kube)
	if err != nil {
		return err
	}
	c.rolloutQueue, c.analysisQueue, c.experimentQueue = newWorkQueue(c.Clock), newWorkQueue(c.Clock), newWorkQueue(c.Clock)
	rolloutInformer := tolerantinformer.NewTolerantRolloutInformer(c.argo)
	experimentInformer := tolerantinformer.NewTolerantExperimentInformer(c.argo)
	runInformer := tolerantinformer.NewTolerantAnalysisRunInformer(c.argo)
	templateInformer := tolerantinformer.NewTolerantAnalysisTemplateInformer(c.argo)
	clusterTemplateInformer := tolerantinformer.NewTolerantClusterAnalysisTemplateInformer(c.argo)
	c.metrics = metrics.NewMetricsServer(metrics.ServerConfig{
		RolloutLister:                 rolloutInformer.Lister(),
		AnalysisRunLister:             runInformer.Lister(),
		AnalysisTemplateLister:        templateInformer.Lister(),
		ClusterAnalysisTemplateLister: clusterTemplateInformer.Lister(),
		ExperimentLister:              experimentInformer.Lister(),
		K8SRequestProvider:            &metrics.K8sRequestsCountProvider{},
	})
	c.rollouts = rollout.NewController(withPodRetries(rollout.ControllerConfig{
		KubeClientSet:                   c.Kube,
		ArgoProjClientset:               c.Rollouts,
		DynamicClientSet:                c.Dynamic,
		RefResolver:                     &workloads{c},
		ExperimentInformer:              experimentInformer,
		AnalysisRunInformer:             runInformer,
		AnalysisTemplateInformer:        templateInformer,
		ClusterAnalysisTemplateInformer: clusterTemplateInformer,
		ReplicaSetInformer:              kube.Apps().V1().ReplicaSets(),
		ServicesInformer:                kube.Core().V1().Services(),
		IngressWrapper:                  wrapper,
		RolloutsInformer:                rolloutInformer,
		IstioPrimaryDynamicClient:       c.Dynamic,
		SmiClientSet:                    smifake.NewSimpleClientset(),
		IstioVirtualServiceInformer:     c.argo.informer(istioutil.GetIstioVirtualServiceGVR()),
		IstioDestinationRuleInformer:    c.argo.informer(istioutil.GetIstioDestinationRuleGVR()),
		RolloutWorkQueue:                c.rolloutQueue,
		ServiceWorkQueue:                newWorkQueue(c.Clock),
		IngressWorkQueue:                newWorkQueue(c.Clock),
		ResyncPeriod:                    Resync,
		MetricsServer:                   c.metrics,
		Recorder:                        recorder(),
	}))
	c.analyses = analysis.NewController(withJobPods(kube, analysis.ControllerConfig{
		KubeClientSet:        c.Kube,
		ArgoProjClientset:    c.Rollouts,
		AnalysisRunInformer:  runInformer,
		JobInformer:          kube.Batch().V1().Jobs(),
		AnalysisRunWorkQueue: c.analysisQueue,
		ResyncPeriod:         Resync,
		MetricsServer:        c.metrics,
		Recorder:             recorder(),
	}))
	giveProvider(c.analyses, measure)
	c.experiments = experiments.NewController(experiments.ControllerConfig{
		KubeClientSet:                   c.Kube,
		ArgoProjClientset:               c.Rollouts,
		ReplicaSetInformer:              kube.Apps().V1().ReplicaSets(),
		ExperimentsInformer:             experimentInformer,
		AnalysisRunInformer:             runInformer,
		AnalysisTemplateInformer:        templateInformer,
		ClusterAnalysisTemplateInformer: clusterTemplateInformer,
		ServiceInformer:                 kube.Core().V1().Services(),
		RolloutWorkQueue:                c.rolloutQueue,
		ExperimentWorkQueue:             c.experimentQueue,
		ResyncPeriod:                    Resync,
		MetricsServer:                   c.metrics,
		Recorder:                        recorder(),
	})
	return nil
}

// giveProvider replaces what the analysis controller asks for the provider of a metric. It has no other way in.
func giveProvider(controller *analysis.Controller, measure Measure) {
	field := reflect.ValueOf(controller).Elem().FieldByName("newProvider")
	give := func(_ log.Entry, _ string, metric v1alpha1.Metric) (metricprovider.Provider, error) {
		return measure(metric)
	}
	reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Set(reflect.ValueOf(give))
}

// Step lets one controller deal with one key. It says false if nobody has anything to do at this moment. What is measured
// at a moment is known before the rollout goes on at that moment; in a cluster, either may come first.
func (c *Cluster) Step(ctx context.Context) bool {
	c.store.deliver()
	before := c.store.version
	switch {
	case c.analysisQueue.Len() > 0:
		controllerutil.RunWorker(ctx, c.analysisQueue, logutil.AnalysisRunKey, func(ctx context.Context, key string) error {
			return c.note(key, syncAnalysisRun(c.analyses, ctx, key))
		}, c.metrics)
	case c.rolloutQueue.Len() > 0:
		controllerutil.RunWorker(ctx, c.rolloutQueue, logutil.RolloutKey, func(ctx context.Context, key string) error {
			return c.note(key, syncRollout(c.rollouts, ctx, key))
		}, c.metrics)
	case c.experimentQueue.Len() > 0:
		controllerutil.RunWorker(ctx, c.experimentQueue, logutil.ExperimentKey, func(ctx context.Context, key string) error {
			return c.note(key, syncExperiment(c.experiments, ctx, key))
		}, c.metrics)
	default:
		return false
	}
	if c.store.version == before {
		c.Clock.Spend(vain)
	} else {
		c.Clock.Spend(reconciliation)
	}
	c.store.deliver()
	return true
}

// Refresh tells the controllers of everything again, as their informers do every quarter of an hour.
func (c *Cluster) Refresh() {
	for _, resource := range []schema.GroupVersionResource{v1alpha1.RolloutGVR, v1alpha1.AnalysisRunGVR, v1alpha1.ExperimentGVR} {
		target := c.argo.informer(resource)
		for _, object := range target.GetStore().List() {
			for _, handler := range target.handlers {
				handler.OnUpdate(object, object)
			}
		}
	}
}

// Version counts the writes so far.
func (c *Cluster) Version() int { return c.store.version }

// note keeps the last failure of each key until a reconciliation of it goes well.
func (c *Cluster) note(key string, err error) error {
	delete(c.Failures, key)
	if err != nil {
		c.Failures[key] = err.Error()
	}
	return err
}

// Close ends what runs in the background of the controllers although nobody asked for it.
func (c *Cluster) Close() {
	c.rollouts.IstioController.ShutDownWithDrain()
}
