package admission

import (
	"cmp"
	"slices"
	"time"
)

const (
	// lookInterval is how often holders are checked while a request waits: well within the time after which one is too slow.
	lookInterval = 250 * time.Millisecond
	// unevenTime is for how long a key may hold more than an even share while another one waits. Most requests are over by then.
	unevenTime = 5 * time.Second
)

// makeRoom makes one holder give way, where one has to. No other one has to until that has left.
func (semaphore *Semaphore) makeRoom() {
	if semaphore.leaving != nil {
		return
	}
	next := semaphore.next()
	for _, candidate := range append(semaphore.slowHolders(next), semaphore.newestOfLargestShare(next)...) {
		if candidate.holder.GiveWay() {
			semaphore.leaving = candidate
			return
		}
	}
}

// slowHolders are the slots whose holders are too slow, the slowest one first: those of the key that holds most, and more
// than the one whose turn it is; and those of a key that has its share and wants more.
func (semaphore *Semaphore) slowHolders(next *waiter) []*slot {
	most := 0
	for _, owner := range semaphore.accounts {
		most = max(most, len(owner.slots))
	}
	slowFor := map[*slot]time.Duration{}
	var slow []*slot
	for _, owner := range semaphore.accounts {
		isAtItsShare := len(owner.waiting) > 0 && len(owner.slots) >= semaphore.options.CapacityPerKey
		isInTheWay := next != nil && len(owner.slots) == most && most > len(next.slot.account.slots)
		if !isAtItsShare && !isInTheWay {
			continue
		}
		for _, slot := range owner.slots {
			if time := slot.holder.SlowFor(); time > 0 {
				slowFor[slot] = time
				slow = append(slow, slot)
			}
		}
	}
	slices.SortStableFunc(slow, func(one, other *slot) int { return cmp.Compare(slowFor[other], slowFor[one]) })
	return slow
}

// newestOfLargestShare are, once another key has waited for some seconds, the slots of keys that hold more than an even
// share, and more than that key will hold, so that none is sent away to and fro. The key that holds most comes first, and
// of its slots the newest one, whose holder loses least.
func (semaphore *Semaphore) newestOfLargestShare(next *waiter) []*slot {
	if next == nil || time.Since(next.since) < unevenTime {
		return nil
	}
	var owners []*account
	for _, owner := range semaphore.accounts {
		held := len(owner.slots)
		if held*len(semaphore.accounts) > semaphore.options.Capacity && held > len(next.slot.account.slots)+1 {
			owners = append(owners, owner)
		}
	}
	slices.SortFunc(owners, func(one, other *account) int { return cmp.Compare(len(other.slots), len(one.slots)) })
	var slots []*slot
	for _, owner := range owners {
		for _, slot := range slices.Backward(owner.slots) {
			slots = append(slots, slot)
		}
	}
	return slots
}
