package telemetry

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
)

// errorType is a stable word for an error: the name of Kafka's error, or the type of the innermost one.
func errorType(err error) string {
	var refusal *kerr.Error
	switch {
	case errors.As(err, &refusal):
		return refusal.Message
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return fmt.Sprintf("%T", err)
}
