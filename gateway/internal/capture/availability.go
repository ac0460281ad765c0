package capture

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// availability knows whether Kafka takes records, so that requests are refused at once while it does not, instead of
// each waiting for its own timeout.
type availability struct {
	logger *slog.Logger
	// stall is for how long records may wait without any being acknowledged.
	stall time.Duration
	// probe has Kafka acknowledge a record of no meaning.
	probe func(ctx context.Context) error
	// back is called when Kafka was away, and takes records again.
	back func()

	mutex      sync.Mutex
	isUp       bool
	pending    int
	progressAt time.Time
}

// up tells whether batches are taken.
func (availability *availability) up() bool {
	availability.mutex.Lock()
	defer availability.mutex.Unlock()
	return availability.isUp && !availability.isStalled()
}

// sent counts a record on its way.
func (availability *availability) sent() {
	availability.mutex.Lock()
	defer availability.mutex.Unlock()
	if availability.pending == 0 {
		availability.progressAt = time.Now()
	}
	availability.pending++
}

// ended counts a record that Kafka has acknowledged, or that was given up. That a single partition takes none does not make
// Kafka be away.
func (availability *availability) ended(err error) {
	availability.mutex.Lock()
	availability.pending--
	availability.mutex.Unlock()
	if err == nil || concernsAll(err) {
		availability.set(err)
	}
}

// set notes what Kafka last did, and logs when that changes.
func (availability *availability) set(err error) {
	availability.mutex.Lock()
	wasUp := availability.isUp
	availability.isUp = err == nil
	if err == nil {
		availability.progressAt = time.Now()
	}
	availability.mutex.Unlock()
	if err != nil && wasUp {
		availability.logger.Warn("Kafka takes no batches; refusing them until it does", "err", err)
	}
	if err == nil && !wasUp {
		availability.back()
		availability.logger.Info("Kafka takes batches")
	}
}

// watch tries, while Kafka is away or says nothing, whether it is there. It returns when the context ends.
func (availability *availability) watch(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if isUp, isQuiet := availability.up(), availability.isQuiet(interval); !isUp || isQuiet {
			// A probe of a partition that takes nothing says nothing of the others.
			if err := availability.probe(ctx); ctx.Err() == nil && (err == nil || !isUp) {
				availability.set(err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// isQuiet tells whether records wait, and none was acknowledged for a while.
func (availability *availability) isQuiet(interval time.Duration) bool {
	availability.mutex.Lock()
	defer availability.mutex.Unlock()
	return availability.pending > 0 && time.Since(availability.progressAt) > interval
}

func (availability *availability) isStalled() bool {
	return availability.pending > 0 && time.Since(availability.progressAt) > availability.stall
}
