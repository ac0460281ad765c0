package capture

import (
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
)

var (
	// ErrUnavailable says that Kafka is known to be away, or refuses. Nothing of the batch will be stored.
	ErrUnavailable = errors.New("kafka takes no batches")
	// ErrUnconfirmed says that Kafka has not acknowledged the batch in time. It may be stored yet.
	ErrUnconfirmed = errors.New("kafka has not acknowledged the batch in time")
	// ErrFull says that too many batches of other keys wait for Kafka.
	ErrFull = errors.New("too many batches wait for kafka")
	// ErrShare says that most of what waits for Kafka is of this key.
	ErrShare = errors.New("too many batches of this key wait for kafka")
)

// concernsAll tells whether Kafka would refuse any record for this reason, whatever its partition.
func concernsAll(err error) bool {
	for _, reason := range []error{
		kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.SaslAuthenticationFailed,
		kerr.UnknownTopicOrPartition, kerr.UnknownTopicID, kerr.InvalidTopicException, kerr.UnsupportedVersion,
	} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// produceError tells a record that Kafka has refused from one of which nobody knows.
func produceError(err error) error {
	if err == nil {
		return nil
	}
	var refusal *kerr.Error
	if errors.As(err, &refusal) {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", ErrUnconfirmed, err)
}
