package capture

import "context"

// Meta says whose batch it is.
type Meta struct {
	// APIKeyID is the text of a UUID.
	APIKeyID string
	// LineageID is a decimal number.
	LineageID string
	// Bound tells that the key may use some accounts only.
	Bound     bool
	RequestID string
	// IdempotencyKey is empty where the client gave none.
	IdempotencyKey string
}

// Batch is a batch on its way to Kafka. It is used by one goroutine.
type Batch struct {
	id   string
	meta Meta
}

// ID is the text of the batch's UUID.
func (batch *Batch) ID() string { return batch.id }

// Add takes a row, a JSON object in the canonical form, and copies it.
func (batch *Batch) Add(ctx context.Context, row []byte) error { return ErrUnavailable }

// Commit returns nil when Kafka has acknowledged the whole batch. requestHash is nil without an Idempotency-Key.
func (batch *Batch) Commit(ctx context.Context, requestHash []byte) error { return ErrUnavailable }

// Abort gives up a batch that is not committed; nothing of it will be stored.
func (batch *Batch) Abort() {}
