package cluster

import (
	"slices"
	"time"

	"github.com/argoproj/argo-rollouts/utils/queue"
	"k8s.io/client-go/util/workqueue"
)

// workQueue is a rate-limited work queue on the cluster's clock. Its delays are the controller's own (1 ms, doubled at
// each further request for the same key until that key has been dealt with, at most 10 s).
type workQueue struct {
	clock   *Clock
	limiter workqueue.RateLimiter
	ready   []any
	// handed is true while the worker deals with the item it was given.
	handed bool
}

var _ workqueue.RateLimitingInterface = &workQueue{}

func newWorkQueue(clock *Clock) *workQueue {
	return &workQueue{clock: clock, limiter: queue.DefaultArgoRolloutsRateLimiter()}
}

func (q *workQueue) Add(item any) {
	if !slices.Contains(q.ready, item) {
		q.ready = append(q.ready, item)
	}
}

// latency is what passes between the moment that was asked for and the one at which the controller looks. It is never
// nothing: a controller that looks at the very end of a pause takes it for not over, and sets no further alarm.
const latency = time.Millisecond

func (q *workQueue) AddAfter(item any, delay time.Duration) {
	if delay <= 0 {
		q.Add(item)
		return
	}
	q.clock.After(delay+latency, func() { q.Add(item) })
}

func (q *workQueue) AddRateLimited(item any) { q.AddAfter(item, q.limiter.When(item)) }
func (q *workQueue) Forget(item any)         { q.limiter.Forget(item) }
func (q *workQueue) NumRequeues(item any) int {
	return q.limiter.NumRequeues(item)
}

// Get hands out one item and then, once, says that the queue was shut down: the worker that asked ends after that item.
func (q *workQueue) Get() (item any, shutdown bool) {
	if q.handed || len(q.ready) == 0 {
		q.handed = false
		return nil, true
	}
	item, q.ready, q.handed = q.ready[0], q.ready[1:], true
	return item, false
}

func (q *workQueue) Len() int           { return len(q.ready) }
func (q *workQueue) Done(any)           {}
func (q *workQueue) ShutDown()          {}
func (q *workQueue) ShutDownWithDrain() {}
func (q *workQueue) ShuttingDown() bool { return false }
