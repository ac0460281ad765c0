package capture

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/apikeys"
)

// maxRecordBytes is the size from which rows are written as parts. A broker takes records of 1 MiB unless it is told
// otherwise, and rows that are written together may be one row too many.
const maxRecordBytes = 900_000

// spareBytes is room for what stands behind the rows.
const spareBytes = 256

// Upload is a batch on its way to Kafka. It is used by one goroutine.
type Upload struct {
	writer  *Writer
	batchID string
	key     *apikeys.Key

	// rows is the beginning of a value: rowsPrefix, and the rows that were not written yet. All its capacity is taken from
	// the budget.
	rows     []byte
	rowCount int
	// parts is nil while no part was written.
	parts *parts
	ended bool
}

// Write takes rows, which are canonical objects with commas in between, and copies them. It waits while too much waits
// for Kafka.
func (upload *Upload) Write(ctx context.Context, rows []byte, count int) error {
	if len(upload.rows) > len(rowsPrefix) && len(upload.rows)+len(rows) > maxRecordBytes {
		if err := upload.sendPart(ctx); err != nil {
			return err
		}
	}
	if err := upload.makeRoom(ctx, len(rows)); err != nil {
		return err
	}
	if len(upload.rows) == 0 {
		upload.rows = append(upload.rows, rowsPrefix...)
	} else if len(upload.rows) > len(rowsPrefix) {
		upload.rows = append(upload.rows, ',')
	}
	upload.rows = append(upload.rows, rows...)
	upload.rowCount += count
	return nil
}

// Reset forgets all rows that were written.
func (upload *Upload) Reset() {
	upload.forgetRows()
	upload.rowCount = 0
	upload.parts = nil
}

// Commit returns nil once Kafka has acknowledged the whole batch, which must have a row.
func (upload *Upload) Commit(ctx context.Context, envelope Envelope) error {
	if upload.parts != nil {
		if err := upload.completeParts(ctx); err != nil {
			return err
		}
	}
	upload.ended = true
	record := &kgo.Record{Topic: batchesTopic, Key: []byte(upload.batchID)}
	if upload.parts == nil {
		record.Value = wholeValue(upload.rows, envelope.RequestID)
	} else {
		record.Value = completingValue(envelope.RequestID, upload.parts.location(), upload.rowCount)
	}
	give := upload.releaseLater()
	return upload.writer.produceBatch(ctx, record, upload.key, envelope.RequestHash, give)
}

// Discard gives up a batch that was not committed, so that nothing of it is stored. After Commit it does nothing.
func (upload *Upload) Discard() {
	if !upload.ended {
		upload.Reset()
	}
	upload.ended = true
}

// makeRoom takes memory for more rows from the budget. Where there is none, what the batch holds is written first.
func (upload *Upload) makeRoom(ctx context.Context, size int) error {
	capacity := upload.capacityFor(size)
	if capacity == cap(upload.rows) {
		return nil
	}
	budget := upload.writer.budget
	if !budget.tryTake(upload.key.LineageID, capacity-cap(upload.rows)) {
		if err := upload.letGo(ctx); err != nil {
			return err
		}
		capacity = upload.capacityFor(size)
		if err := budget.take(ctx, upload.key.LineageID, capacity); err != nil {
			return err
		}
	}
	upload.rows = append(make([]byte, 0, capacity), upload.rows...)
	return nil
}

// capacityFor is what the rows need with so many more bytes. It doubles, so that they are seldom copied.
func (upload *Upload) capacityFor(size int) int {
	capacity := cap(upload.rows)
	needed := max(len(upload.rows), len(rowsPrefix)) + len(",") + size + spareBytes
	if needed <= capacity {
		return capacity
	}
	return max(needed, min(2*capacity, maxRecordBytes+spareBytes))
}

// letGo writes what the batch holds, and waits for Kafka.
func (upload *Upload) letGo(ctx context.Context) error {
	if upload.rows != nil {
		if err := upload.sendPart(ctx); err != nil {
			return err
		}
	}
	if upload.parts == nil {
		return nil
	}
	return upload.parts.settle(ctx)
}

// completeParts writes the last part, and waits until Kafka has all of them.
func (upload *Upload) completeParts(ctx context.Context) error {
	if len(upload.rows) > len(rowsPrefix) {
		if err := upload.sendPart(ctx); err != nil {
			return err
		}
	}
	if err := upload.parts.settle(ctx); err != nil {
		return fmt.Errorf("cannot write the parts: %w", err)
	}
	return nil
}

func (upload *Upload) sendPart(ctx context.Context) error {
	if upload.parts == nil {
		upload.parts = newParts(upload.writer, upload.key.LineageID)
	}
	rows := upload.rows
	return upload.parts.send(ctx, rows, upload.releaseLater())
}

// releaseLater hands the rows over, and returns what gives their bytes back to the budget.
func (upload *Upload) releaseLater() func() {
	size := cap(upload.rows)
	upload.rows = nil
	return func() { upload.writer.budget.give(upload.key.LineageID, size) }
}

func (upload *Upload) forgetRows() { upload.releaseLater()() }
