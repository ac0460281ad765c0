package capture

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
)

var (
	// ErrUnavailable says that Kafka is known to be away, or has not taken a part. Nothing of the batch will be stored.
	ErrUnavailable = errors.New("kafka takes no batches")
	// ErrUnconfirmed says that Kafka has not acknowledged the record that makes the batch. It may be stored yet: a client of
	// Kafka that gives up, whatever its reason, doesn't say whether it has sent the record before.
	ErrUnconfirmed = errors.New("kafka has not acknowledged the batch")
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
