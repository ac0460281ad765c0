package httpapi

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"tallyflow/contract"
	"tallyflow/gateway/internal/admission"
	"tallyflow/gateway/internal/problem"
)

// body is the body of a request as its client sends it. A wait for the client ends with an error once it is too slow, has
// to give way, or its API key is no longer good.
type body struct {
	exchange *exchange
	pace     *admission.Pace
	deadline time.Time

	// mutex makes sure that a deadline that ends a wait is not moved by the next one.
	mutex  sync.Mutex
	isCut  bool
	failed error
	// settled is closed once the request can't be ended any more.
	settled chan struct{}
}

func newBody(exchange *exchange, limits admission.PaceLimits) *body {
	maxTime := time.Duration(contract.Limits.MaxRequestMS) * time.Millisecond
	body := &body{exchange: exchange, deadline: exchange.startedAt.Add(maxTime), settled: make(chan struct{})}
	body.pace = admission.NewPace(limits, body.cut)
	return body
}

// Read waits for the client.
func (body *body) Read(buffer []byte) (int, error) {
	if err := body.beginWait(); err != nil {
		return 0, err
	}
	read, err := body.exchange.request.Body.Read(buffer)
	lost := body.pace.EndWait()
	body.exchange.info.waitedFor.Store(int64(body.pace.Waited()))
	switch {
	case err == nil:
		return read, nil
	case errors.Is(err, io.EOF):
		body.end()
		return read, io.EOF
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, body.reason(lost)
	}
	return 0, leftOrBroken(err)
}

// fail ends the request for a reason, even while its client is silent, unless it is settled.
func (body *body) fail(reason error) bool {
	body.mutex.Lock()
	select {
	case <-body.settled:
		body.mutex.Unlock()
		return false
	default:
	}
	body.failed = reason
	body.mutex.Unlock()
	body.cut()
	return true
}

// settle returns the reason for which the request was ended. Without one, nothing ends it from here on.
func (body *body) settle() error {
	body.mutex.Lock()
	defer body.mutex.Unlock()
	close(body.settled)
	return body.failed
}

// failure is the reason for which the request was ended.
func (body *body) failure() error {
	body.mutex.Lock()
	defer body.mutex.Unlock()
	return body.failed
}

func (body *body) beginWait() error {
	left, err := body.pace.BeginWait()
	if err != nil {
		return err
	}
	body.mutex.Lock()
	defer body.mutex.Unlock()
	if body.failed != nil {
		return body.failed
	}
	deadline := time.Now().Add(left)
	if deadline.After(body.deadline) {
		deadline = body.deadline
	}
	if body.isCut {
		return nil
	}
	return body.exchange.controller.SetReadDeadline(deadline)
}

// end lets the connection be without a deadline: the server watches it while the batch is written.
func (body *body) end() {
	body.exchange.isRead = true
	body.pace.End()
	body.mutex.Lock()
	defer body.mutex.Unlock()
	_ = body.exchange.controller.SetReadDeadline(time.Time{})
}

// cut ends a wait for the client.
func (body *body) cut() {
	body.mutex.Lock()
	defer body.mutex.Unlock()
	body.isCut = true
	_ = body.exchange.controller.SetReadDeadline(time.Unix(1, 0))
}

// reason says why the wait for the client was ended.
func (body *body) reason(lost error) error {
	if failed := body.failure(); failed != nil {
		return failed
	}
	if lost != nil {
		return lost
	}
	return admission.TooSlow("The request arrived too slowly. Nothing was stored. Send it again.")
}

func leftOrBroken(err error) error {
	var broken *net.OpError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken) {
		return errLeft
	}
	return &problem.Problem{Code: problem.InvalidRequest, Detail: "The body cannot be read.", Cause: err}
}
