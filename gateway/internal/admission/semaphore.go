// Package admission shares what a process has evenly by API key: no key can take all of it, whatever it sends.
package admission

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"tallyflow/gateway/internal/problem"
)

// Options are the bounds of a semaphore.
type Options struct {
	// Name is what refusals are counted as.
	Name     string
	Capacity int
	// CapacityPerKey is below the capacity, so that another key always gets some.
	CapacityPerKey int
	// MaxWaitingPerKey and MaxWaiting bound the requests that wait. Each holds a connection.
	MaxWaitingPerKey, MaxWaiting int
	// A request that has waited for so long is better told to come back.
	Patience          time.Duration
	RetryAfterSeconds int
	// CountLimit hears of each refusal.
	CountLimit func(name string)
}

// Holder is a holder of a slot that can be made to give way while others wait.
type Holder interface {
	// SlowFor tells for how long it has been too slow; 0 where it is not.
	SlowFor() time.Duration
	// GiveWay makes it give back its slot soon. It is false where the holder will do so anyway, because its whole request
	// has arrived.
	GiveWay() bool
}

// Semaphore is a bounded number of slots, shared evenly by keys. Requests for which there is none left wait in a queue of
// their key; the key that holds least is served first, then the request that has waited for longest. Whoever waits for
// too long, or has too many that wait, is refused, and no other key is.
type Semaphore struct {
	options Options

	mutex    sync.Mutex
	accounts map[int64]*account
	taken    int
	waiting  int
	turn     uint64
	looking  *time.Timer
	// leaving is the slot whose holder was told to give way, until it has.
	leaving *slot
}

// account has the slots that one key holds, the newest one last, and its requests that wait.
type account struct {
	key     int64
	slots   []*slot
	waiting []*waiter
}

type slot struct {
	account *account
	holder  Holder
}

type waiter struct {
	slot *slot
	turn uint64
	// admitted is closed once it holds the slot. refused has the reason where it never will.
	admitted chan struct{}
	refused  chan error
	since    time.Time
}

// NewSemaphore returns a semaphore of which nothing is taken.
func NewSemaphore(options Options) *Semaphore {
	return &Semaphore{options: options, accounts: map[int64]*account{}}
}

// Acquire waits until the key holds a slot, and returns what gives it back. The error is a problem, or the cause of the
// context's end.
func (semaphore *Semaphore) Acquire(ctx context.Context, key int64, holder Holder) (release func(), err error) {
	waiter, taken, err := semaphore.take(key, holder)
	if err != nil {
		return nil, err
	}
	release = sync.OnceFunc(func() { semaphore.release(taken) })
	if waiter == nil {
		return release, nil
	}
	patience := time.NewTimer(semaphore.options.Patience)
	defer patience.Stop()
	select {
	case <-waiter.admitted:
		return release, nil
	case err := <-waiter.refused:
		return nil, err
	case <-patience.C:
		return semaphore.giveUp(waiter, release, nil)
	case <-ctx.Done():
		return semaphore.giveUp(waiter, release, context.Cause(ctx))
	}
}

// take takes a slot, or returns the waiter for one.
func (semaphore *Semaphore) take(key int64, holder Holder) (*waiter, *slot, error) {
	semaphore.mutex.Lock()
	defer semaphore.mutex.Unlock()
	owner := semaphore.accounts[key]
	if owner == nil {
		owner = &account{key: key}
	}
	wanted := &slot{account: owner, holder: holder}
	if semaphore.waiting == 0 && semaphore.fits(owner) {
		semaphore.accounts[key] = owner
		semaphore.grant(wanted)
		return nil, wanted, nil
	}
	if err := semaphore.makeRoomInQueue(owner); err != nil {
		return nil, nil, err
	}
	semaphore.accounts[key] = owner
	semaphore.turn++
	added := &waiter{
		slot: wanted, turn: semaphore.turn, since: time.Now(),
		admitted: make(chan struct{}), refused: make(chan error, 1),
	}
	owner.waiting = append(owner.waiting, added)
	semaphore.waiting++
	semaphore.admit()
	// A request that has others of its key before it changes nothing.
	if len(owner.waiting) == 1 {
		semaphore.makeRoom()
	}
	return added, wanted, nil
}

// giveUp ends a wait, unless it was over at the same moment. Without a cause it was the patience that ended.
func (semaphore *Semaphore) giveUp(waiter *waiter, release func(), cause error) (func(), error) {
	semaphore.mutex.Lock()
	defer semaphore.mutex.Unlock()
	select {
	case <-waiter.admitted:
		return release, nil
	case err := <-waiter.refused:
		return nil, err
	default:
	}
	owner := waiter.slot.account
	if cause == nil {
		cause = semaphore.overloaded("No capacity became free in time.", semaphore.hasItsShare(owner))
	}
	semaphore.forget(waiter)
	semaphore.admit()
	return nil, cause
}

// makeRoomInQueue is an error where too many requests of the key wait already. Where too many of all keys wait, the key
// with the most of them loses its last one.
func (semaphore *Semaphore) makeRoomInQueue(owner *account) error {
	own := len(owner.waiting)
	const detail = "Too many of your requests are already waiting."
	if own >= semaphore.options.MaxWaitingPerKey {
		return semaphore.overloaded(detail, true)
	}
	if semaphore.waiting < semaphore.options.MaxWaiting {
		return nil
	}
	longest := owner
	for _, other := range semaphore.accounts {
		if len(other.waiting) > len(longest.waiting) {
			longest = other
		}
	}
	if len(longest.waiting) <= own+1 {
		return semaphore.overloaded(detail, semaphore.hasItsShare(owner))
	}
	last := longest.waiting[len(longest.waiting)-1]
	last.refused <- semaphore.overloaded(detail, semaphore.hasItsShare(longest))
	semaphore.forget(last)
	return nil
}

func (semaphore *Semaphore) grant(slot *slot) {
	semaphore.taken++
	slot.account.slots = append(slot.account.slots, slot)
}

func (semaphore *Semaphore) release(slot *slot) {
	semaphore.mutex.Lock()
	defer semaphore.mutex.Unlock()
	owner := slot.account
	owner.slots = slices.DeleteFunc(owner.slots, same(slot))
	semaphore.taken--
	if semaphore.leaving == slot {
		semaphore.leaving = nil
	}
	semaphore.forgetAccount(owner)
	semaphore.admit()
}

func (semaphore *Semaphore) forget(waiter *waiter) {
	owner := waiter.slot.account
	owner.waiting = slices.DeleteFunc(owner.waiting, same(waiter))
	semaphore.waiting--
	semaphore.forgetAccount(owner)
}

func (semaphore *Semaphore) forgetAccount(owner *account) {
	if len(owner.slots) == 0 && len(owner.waiting) == 0 {
		delete(semaphore.accounts, owner.key)
	}
}

func (semaphore *Semaphore) fits(owner *account) bool {
	return semaphore.taken < semaphore.options.Capacity && len(owner.slots) < semaphore.options.CapacityPerKey
}

// hasItsShare tells whether the key may hold no more, or holds an even share of what there is: then it is not for want of
// capacity that it waits.
func (semaphore *Semaphore) hasItsShare(owner *account) bool {
	held := len(owner.slots)
	return held >= semaphore.options.CapacityPerKey || held*len(semaphore.accounts) >= semaphore.options.Capacity
}

func (semaphore *Semaphore) admit() {
	for next := semaphore.next(); next != nil && semaphore.fits(next.slot.account); next = semaphore.next() {
		owner := next.slot.account
		owner.waiting = owner.waiting[1:]
		semaphore.waiting--
		semaphore.grant(next.slot)
		close(next.admitted)
	}
	switch {
	case semaphore.waiting == 0 && semaphore.looking != nil:
		semaphore.looking.Stop()
		semaphore.looking = nil
	case semaphore.waiting > 0 && semaphore.looking == nil:
		semaphore.looking = time.AfterFunc(lookInterval, semaphore.look)
	}
}

func (semaphore *Semaphore) look() {
	semaphore.mutex.Lock()
	defer semaphore.mutex.Unlock()
	if semaphore.looking == nil {
		return
	}
	semaphore.makeRoom()
	semaphore.looking.Reset(lookInterval)
}

// next is the request whose turn it is, of those whose key may hold more.
func (semaphore *Semaphore) next() *waiter {
	var next *waiter
	for _, owner := range semaphore.accounts {
		if len(owner.waiting) == 0 || len(owner.slots) >= semaphore.options.CapacityPerKey {
			continue
		}
		if first := owner.waiting[0]; next == nil || isBefore(first, next) {
			next = first
		}
	}
	return next
}

func (semaphore *Semaphore) overloaded(detail string, isOwnDoing bool) error {
	semaphore.options.CountLimit(semaphore.options.Name)
	return &problem.Problem{
		Code: problem.Overloaded,
		Detail: fmt.Sprintf("%s Nothing was done. Send it again in %d seconds.",
			detail, semaphore.options.RetryAfterSeconds),
		RetryAfterSeconds: semaphore.options.RetryAfterSeconds,
		IsOwnDoing:        isOwnDoing,
	}
}

func isBefore(one, other *waiter) bool {
	held, otherHeld := len(one.slot.account.slots), len(other.slot.account.slots)
	return held < otherHeld || held == otherHeld && one.turn < other.turn
}

func same[Item comparable](item Item) func(Item) bool {
	return func(other Item) bool { return item == other }
}
