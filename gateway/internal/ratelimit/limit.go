// Package ratelimit counts by the minute, in this process alone.
package ratelimit

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"
)

const (
	window = time.Minute
	// WindowSeconds is the time for which is counted.
	WindowSeconds = 60
	// maxKeys bounds the memory.
	maxKeys = 100_000
)

// Limit is a limit by the minute, whose window begins with a key's first count.
type Limit[Key comparable] struct {
	name   string
	unit   string
	quota  int64
	policy string

	mutex   sync.Mutex
	windows map[Key]counted
}

type counted struct {
	count int64
	ends  time.Time
}

// Standing is how much of its quota a key has used.
type Standing struct {
	count, quota int64
	secondsLeft  int
	name         string
}

// New returns a limit. Clients are told its name, which therefore stays the same. quotaUnit is what the draft of the header
// fields calls the unit; empty for requests.
func New[Key comparable](name, unit, quotaUnit string, quotaPerMinute int64) *Limit[Key] {
	policy := fmt.Sprintf("%q;q=%d;w=%d", name, quotaPerMinute, WindowSeconds)
	if quotaUnit != "" {
		policy += fmt.Sprintf(";qu=%q", quotaUnit)
	}
	return &Limit[Key]{name: name, unit: unit, quota: quotaPerMinute, policy: policy, windows: map[Key]counted{}}
}

// Name is how clients know the limit.
func (limit *Limit[Key]) Name() string { return limit.name }

// Policy is the member of the header field RateLimit-Policy.
func (limit *Limit[Key]) Policy() string { return limit.policy }

// Exceeded is what a client beyond the limit is told.
func (limit *Limit[Key]) Exceeded() string {
	return fmt.Sprintf("More than %d %s in %d seconds. Wait for Retry-After.", limit.quota, limit.unit, WindowSeconds)
}

// Add counts, and returns where the key stands then.
func (limit *Limit[Key]) Add(key Key, amount int) Standing {
	now := time.Now()
	limit.mutex.Lock()
	defer limit.mutex.Unlock()
	current, isKnown := limit.windows[key]
	if !isKnown || !now.Before(current.ends) {
		if !isKnown {
			limit.makeRoom(now)
		}
		current = counted{ends: now.Add(window)}
	}
	current.count += int64(amount)
	limit.windows[key] = current
	return limit.standing(current, now)
}

// Look returns where the key stands.
func (limit *Limit[Key]) Look(key Key) Standing {
	now := time.Now()
	limit.mutex.Lock()
	defer limit.mutex.Unlock()
	current, isKnown := limit.windows[key]
	if !isKnown || !now.Before(current.ends) {
		current = counted{ends: now.Add(window)}
	}
	return limit.standing(current, now)
}

func (limit *Limit[Key]) standing(current counted, now time.Time) Standing {
	left := int(math.Ceil(current.ends.Sub(now).Seconds()))
	return Standing{count: current.count, quota: limit.quota, secondsLeft: max(1, left), name: limit.name}
}

// makeRoom forgets windows that have ended, or else some others.
func (limit *Limit[Key]) makeRoom(now time.Time) {
	if len(limit.windows) < maxKeys {
		return
	}
	for key, entry := range limit.windows {
		if !now.Before(entry.ends) {
			delete(limit.windows, key)
		}
	}
	for key := range limit.windows {
		// Some are forgotten at once, so that not each new key has to look through all.
		if len(limit.windows) < maxKeys-maxKeys/10 {
			return
		}
		delete(limit.windows, key)
	}
}

// IsExceeded tells whether more was counted than the quota.
func (standing Standing) IsExceeded() bool { return standing.count > standing.quota }

// IsUsedUp tells whether nothing is left of the quota.
func (standing Standing) IsUsedUp() bool { return standing.count >= standing.quota }

// SecondsLeft is the time to the end of the window.
func (standing Standing) SecondsLeft() int { return standing.secondsLeft }

// Member is the member of the header field RateLimit.
func (standing Standing) Member() string {
	left := strconv.FormatInt(max(standing.quota-standing.count, 0), 10)
	return `"` + standing.name + `";r=` + left + ";t=" + strconv.Itoa(standing.secondsLeft)
}
