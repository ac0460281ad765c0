package capture

import (
	"context"
	"sync"
	"time"
)

// maxBufferedBytes bounds the memory of rows that wait for Kafka. The client of Kafka compresses a copy of what it sends, so that
// they take up to twice as much.
const maxBufferedBytes = 64 << 20

// budget shares the buffers out by API key; one and those that it was rotated to count as one. A key may hold as much as is
// free, and so at most half of it all: whoever comes next always finds room, and keys that send at the same time get the same.
type budget struct {
	capacity int
	maxWait  time.Duration

	mutex     sync.Mutex
	used      int
	byLineage map[int64]int
	// released is closed and replaced whenever there is more room.
	released chan struct{}
}

func newBudget(capacity int, maxWait time.Duration) *budget {
	return &budget{capacity: capacity, maxWait: maxWait, byLineage: map[int64]int{}, released: make(chan struct{})}
}

// take waits until the key may hold so many more bytes. Whoever waits must hold none, or all could wait for each other.
func (budget *budget) take(ctx context.Context, lineageID int64, size int) error {
	if budget.tryTake(lineageID, size) {
		return nil
	}
	timeout := time.NewTimer(budget.maxWait)
	defer timeout.Stop()
	for {
		released := budget.nextRelease()
		if budget.tryTake(lineageID, size) {
			return nil
		}
		select {
		case <-released:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timeout.C:
			return budget.refusal(lineageID)
		}
	}
}

// tryTake takes the bytes if the key may hold so many more.
func (budget *budget) tryTake(lineageID int64, size int) bool {
	budget.mutex.Lock()
	defer budget.mutex.Unlock()
	free := budget.capacity - budget.used - size
	if budget.byLineage[lineageID]+size > free {
		return false
	}
	budget.used += size
	budget.byLineage[lineageID] += size
	return true
}

func (budget *budget) give(lineageID int64, size int) {
	if size == 0 {
		return
	}
	budget.mutex.Lock()
	defer budget.mutex.Unlock()
	budget.used -= size
	budget.byLineage[lineageID] -= size
	if budget.byLineage[lineageID] == 0 {
		delete(budget.byLineage, lineageID)
	}
	close(budget.released)
	budget.released = make(chan struct{})
}

func (budget *budget) bufferedBytes() int {
	budget.mutex.Lock()
	defer budget.mutex.Unlock()
	return budget.used
}

func (budget *budget) nextRelease() <-chan struct{} {
	budget.mutex.Lock()
	defer budget.mutex.Unlock()
	return budget.released
}

// refusal says whose bytes fill the buffers.
func (budget *budget) refusal(lineageID int64) error {
	budget.mutex.Lock()
	defer budget.mutex.Unlock()
	if budget.byLineage[lineageID] > budget.used/2 {
		return ErrShare
	}
	return ErrFull
}
