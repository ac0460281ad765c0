// Package capture writes batches to Kafka, and says that they are captured once Kafka has acknowledged them.
package capture

// Writer writes batches.
type Writer struct{}

// Begin begins a batch. It fails at once while Kafka is known to be away.
func (writer *Writer) Begin(meta Meta) (*Batch, error) { return &Batch{meta: meta}, nil }
