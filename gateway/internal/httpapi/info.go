package httpapi

import (
	"context"
	"sync/atomic"

	"tallyflow/gateway/internal/problem"
)

// Info is what is known of a request once it was answered.
type Info struct {
	RequestID string
	// APIKeyID is 0 while it is not known.
	APIKeyID int64
	// BatchID is empty where no batch was captured.
	BatchID string
	// Route is the pattern of the route; empty where there is none.
	Route string
	// Problem is what the answer says is wrong, and Err what went wrong.
	Problem *problem.Problem
	Err     error
	// Status is that of the answer.
	Status int

	// rowCount is -1 until the rows are counted.
	rowCount  int
	waitedFor atomic.Int64
	address   string
}

type infoKey struct{}

// WithInfo has the handler tell what it knows of a request to whoever wraps it.
func WithInfo(ctx context.Context) (context.Context, *Info) {
	info := &Info{rowCount: -1}
	return context.WithValue(ctx, infoKey{}, info), info
}

// InfoOf returns the info of the request whose context it is.
func InfoOf(ctx context.Context) *Info {
	if info, isThere := ctx.Value(infoKey{}).(*Info); isThere {
		return info
	}
	return &Info{rowCount: -1}
}
