package admission

import (
	"sync"
	"time"

	"tallyflow/gateway/internal/problem"
)

const (
	// graceTime is how far a client may fall behind its pace: one that is slow from the start, or pauses, is waited for.
	graceTime = 10 * time.Second
	// graceTimeWhenOthersWait is further than a lost packet takes to be sent again.
	graceTimeWhenOthersWait = 2 * time.Second
	// By then the client's connection may be better.
	paceRetryAfterSeconds = 5
)

// PaceLimits are what a client must send each second, on average over the grace time.
type PaceLimits struct {
	PerSecond, PerSecondWhenOthersWait float64
}

// Pace is the pace at which a client sends what is counted, be it bytes or rows. Time counts only while the client is
// waited for: what the server takes is not the client's fault. Who falls behind the lower pace loses its request; who
// falls behind the higher one loses it when others need its place. Who is fast enough may have to give way as well, where
// others need its place for an even share.
type Pace struct {
	// interrupt ends the wait for the client.
	interrupt func()

	mutex          sync.Mutex
	always         allowance
	whenOthersWait allowance
	waitingSince   time.Time
	waited         time.Duration
	gaveWay        error
	isOver         bool
}

// NewPace begins a pace. interrupt is called to end a wait for the client, whose next one begins with an error.
func NewPace(limits PaceLimits, interrupt func()) *Pace {
	return &Pace{
		interrupt:      interrupt,
		always:         newAllowance(limits.PerSecond, graceTime),
		whenOthersWait: newAllowance(limits.PerSecondWhenOthersWait, graceTimeWhenOthersWait),
	}
}

// Count counts what has come.
func (pace *Pace) Count(amount int) {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	pace.always.earn(amount)
	pace.whenOthersWait.earn(amount)
}

// BeginWait begins to wait for the client, and returns for how long it may take. The error is the reason for which the
// request was lost.
func (pace *Pace) BeginWait() (time.Duration, error) {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	if pace.gaveWay != nil {
		return 0, pace.gaveWay
	}
	pace.waitingSince = time.Now()
	return max(pace.always.left, 0), nil
}

// EndWait ends a wait. The error is the reason for which the request was lost meanwhile.
func (pace *Pace) EndWait() error {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	waited := time.Since(pace.waitingSince)
	pace.waitingSince = time.Time{}
	pace.waited += waited
	pace.always.spend(waited)
	pace.whenOthersWait.spend(waited)
	return pace.gaveWay
}

// End says that the whole request has arrived, and is not lost any more.
func (pace *Pace) End() {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	pace.isOver = true
}

// Waited is how long the client was waited for.
func (pace *Pace) Waited() time.Duration {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	return pace.waited
}

// SlowFor tells for how long the client has been slower than it may be while others wait.
func (pace *Pace) SlowFor() time.Duration {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	return pace.slowFor()
}

func (pace *Pace) slowFor() time.Duration {
	if pace.waitingSince.IsZero() {
		return 0
	}
	return max(0, time.Since(pace.waitingSince)-pace.whenOthersWait.left)
}

// GiveWay has the client lose its request, now or when it is waited for again. It is false once all has arrived.
func (pace *Pace) GiveWay() bool {
	pace.mutex.Lock()
	defer pace.mutex.Unlock()
	if pace.isOver {
		return false
	}
	if pace.gaveWay == nil {
		pace.gaveWay = tooMuch()
		if pace.slowFor() > 0 {
			pace.gaveWay = TooSlow("The request arrived too slowly while others waited. Nothing was stored. Send it again.")
		}
	}
	pace.interrupt()
	return true
}

// TooSlow is the problem of a client that is too slow.
func TooSlow(detail string) *problem.Problem {
	return &problem.Problem{Code: problem.RequestTimeout, Detail: detail, RetryAfterSeconds: paceRetryAfterSeconds}
}

func tooMuch() *problem.Problem {
	return &problem.Problem{
		Code:              problem.Overloaded,
		Detail:            "This API key held more than its share while others waited. Nothing was stored. Send it again.",
		RetryAfterSeconds: paceRetryAfterSeconds,
		IsOwnDoing:        true,
	}
}

// allowance is the time for which a client may be waited for. What it sends adds to it, up to the grace time; waiting uses
// it up.
type allowance struct {
	perSecond float64
	grace     time.Duration
	left      time.Duration
}

func newAllowance(perSecond float64, grace time.Duration) allowance {
	return allowance{perSecond: perSecond, grace: grace, left: grace}
}

func (allowance *allowance) earn(amount int) {
	earned := time.Duration(float64(amount) / allowance.perSecond * float64(time.Second))
	allowance.left = min(allowance.left+earned, allowance.grace)
}

// spend bounds the debt, so that the client can make up for it within the grace time.
func (allowance *allowance) spend(time time.Duration) {
	allowance.left = max(allowance.left-time, -allowance.grace)
}
