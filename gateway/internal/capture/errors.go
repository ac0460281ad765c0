package capture

import "errors"

var (
	// ErrUnavailable says that Kafka is known to be away. Nothing of the batch is stored.
	ErrUnavailable = errors.New("kafka is away")
	// ErrUnconfirmed says that Kafka has not acknowledged the batch in time. It may be stored yet.
	ErrUnconfirmed = errors.New("kafka has not acknowledged the batch in time")
	// ErrFull says that the batches of many keys wait for Kafka.
	ErrFull = errors.New("too much waits for kafka")
	// ErrShare says that what waits for Kafka is mostly of this key.
	ErrShare = errors.New("too much of this key waits for kafka")
)
