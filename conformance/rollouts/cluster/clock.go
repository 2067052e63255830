// Package cluster runs the controllers of Argo Rollouts on clients that are only memory, in a time that is only a number.
//
// Nothing here waits and nothing runs in the background: informers hand their events over when told to, a work queue
// gives out one key at a time, and the clock moves to the next thing that is due. The same scenario therefore always
// takes the same course.
package cluster

import (
	"container/heap"
	"time"
)

// Clock is a time that moves only when something that is due is run.
type Clock struct {
	now    time.Time
	count  int
	timers timers
}

type timer struct {
	at    time.Time
	order int
	run   func()
}

// NewClock starts at a whole second, because Kubernetes keeps times in whole seconds.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)}
}

// Now is the present moment.
func (c *Clock) Now() time.Time { return c.now }

// After runs something once the delay has passed. Of two things due at the same moment the first that was asked for comes first.
func (c *Clock) After(delay time.Duration, run func()) {
	if delay < 0 {
		delay = 0
	}
	c.count++
	heap.Push(&c.timers, timer{at: c.now.Add(delay), order: c.count, run: run})
}

// Advance moves to the next thing that is due, and runs it. It says false if nothing is due before the limit.
func (c *Clock) Advance(limit time.Time) bool {
	if len(c.timers) == 0 || c.timers[0].at.After(limit) {
		return false
	}
	next := heap.Pop(&c.timers).(timer)
	if next.at.After(c.now) {
		c.now = next.at
	}
	next.run()
	return true
}

// Spend lets time pass in which nobody looks for what is due: whatever has become due meanwhile runs late.
func (c *Clock) Spend(duration time.Duration) { c.now = c.now.Add(duration) }

// Jump moves straight to a moment at which nothing is due before.
func (c *Clock) Jump(to time.Time) {
	if to.After(c.now) {
		c.now = to
	}
}

type timers []timer

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	if t[i].at.Equal(t[j].at) {
		return t[i].order < t[j].order
	}
	return t[i].at.Before(t[j].at)
}
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)   { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	old := *t
	last := old[len(old)-1]
	*t = old[:len(old)-1]
	return last
}

// Idle says that nothing at all is due any more.
func (c *Clock) Idle() bool { return len(c.timers) == 0 }
