package capture

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kgo"
)

// maxPartsInFlight is how many parts of one batch wait for Kafka while the next one is filled.
const maxPartsInFlight = 2

// parts is the rows of a large batch that are written already. Nobody looks at them before the batch's own record is
// there. Their key is of this upload alone, since two uploads with one Idempotency-Key are the same batch.
type parts struct {
	writer *Writer
	key    string
	// route is that of all of them, since the batch's own record names one partition.
	route *route
	sent  int
	// slots holds one entry for each part in flight.
	slots chan struct{}

	mutex     sync.Mutex
	acked     int
	first     int64
	last      int64
	partition int32
	err       error
}

func newParts(writer *Writer, lineageID int64) *parts {
	key := uuid.Must(uuid.NewV7()).String()
	return &parts{
		writer: writer, key: key, route: newRoute(lineageID, key), slots: make(chan struct{}, maxPartsInFlight),
	}
}

// send writes the next part, as soon as fewer than two are in flight.
func (parts *parts) send(ctx context.Context, rows []byte, done func()) error {
	if err := parts.takeSlot(ctx); err != nil {
		done()
		return err
	}
	record := &kgo.Record{Topic: partsTopic, Key: []byte(parts.key), Value: partValue(rows, parts.sent)}
	parts.sent++
	parts.writer.produce(ctx, record, parts.route, "part", func(record *kgo.Record, err error) {
		parts.note(record, err)
		done()
		<-parts.slots
	})
	return nil
}

// settle waits until Kafka has acknowledged all parts.
func (parts *parts) settle(ctx context.Context) error {
	for range maxPartsInFlight {
		if err := parts.takeSlot(ctx); err != nil {
			return err
		}
		defer func() { <-parts.slots }()
	}
	return parts.failure()
}

// location says where the parts are, all of which are acknowledged.
func (parts *parts) location() partRange {
	return partRange{parts.key, parts.partition, parts.first, parts.last, parts.sent}
}

// takeSlot waits until fewer parts are in flight.
func (parts *parts) takeSlot(ctx context.Context) error {
	timeout := time.NewTimer(parts.writer.patience.ack)
	defer timeout.Stop()
	select {
	case parts.slots <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timeout.C:
		return ErrUnavailable
	}
	if err := parts.failure(); err != nil {
		<-parts.slots
		return err
	}
	return nil
}

func (parts *parts) note(record *kgo.Record, err error) {
	parts.mutex.Lock()
	defer parts.mutex.Unlock()
	if err != nil {
		parts.err = fmt.Errorf("%w: %w", ErrUnavailable, err)
		return
	}
	if parts.acked == 0 {
		parts.partition, parts.first, parts.last = record.Partition, record.Offset, record.Offset
	}
	parts.acked++
	parts.first, parts.last = min(parts.first, record.Offset), max(parts.last, record.Offset)
}

func (parts *parts) failure() error {
	parts.mutex.Lock()
	defer parts.mutex.Unlock()
	return parts.err
}
