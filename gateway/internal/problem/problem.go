// Package problem holds the errors that clients read, and their form in answers.
package problem

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"tallyflow/contract"
)

// Code is stable and machine-readable: clients branch on it, so it never changes its meaning.
type Code string

// The codes of the contract that ingestion uses.
const (
	MalformedJSON        Code = "malformed_json"
	InvalidEncoding      Code = "invalid_encoding"
	InvalidRequest       Code = "invalid_request"
	Unauthenticated      Code = "unauthenticated"
	InsufficientScope    Code = "insufficient_scope"
	AccountNotAllowed    Code = "account_not_allowed"
	NotFound             Code = "not_found"
	MethodNotAllowed     Code = "method_not_allowed"
	RequestTimeout       Code = "request_timeout"
	PayloadTooLarge      Code = "payload_too_large"
	UnsupportedMediaType Code = "unsupported_media_type"
	RateLimited          Code = "rate_limited"
	InternalError        Code = "internal_error"
	KafkaUnavailable     Code = "kafka_unavailable"
	Overloaded           Code = "overloaded"
)

var statusByCode = map[Code]int{
	MalformedJSON:        http.StatusBadRequest,
	InvalidEncoding:      http.StatusBadRequest,
	InvalidRequest:       http.StatusBadRequest,
	Unauthenticated:      http.StatusUnauthorized,
	InsufficientScope:    http.StatusForbidden,
	AccountNotAllowed:    http.StatusForbidden,
	NotFound:             http.StatusNotFound,
	MethodNotAllowed:     http.StatusMethodNotAllowed,
	RequestTimeout:       http.StatusRequestTimeout,
	PayloadTooLarge:      http.StatusRequestEntityTooLarge,
	UnsupportedMediaType: http.StatusUnsupportedMediaType,
	RateLimited:          http.StatusTooManyRequests,
	InternalError:        http.StatusInternalServerError,
	KafkaUnavailable:     http.StatusServiceUnavailable,
	Overloaded:           http.StatusServiceUnavailable,
}

// Codes returns every code with the status of its answers.
func Codes() map[Code]int { return statusByCode }

// FieldError is one bad field of a request, located by an RFC 6901 JSON pointer.
type FieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
	// Line is the 1-based line of an NDJSON body; 0 for any other.
	Line int `json:"line,omitempty"`
}

// Problem is an error that a client may read: its detail says what is wrong and where, and holds no secret.
type Problem struct {
	Code   Code
	Detail string
	// Errors has the first bad fields, and ErrorCount counts all.
	Errors     []FieldError
	ErrorCount int
	// RetryAfterSeconds is 0 where there is no time to name.
	RetryAfterSeconds int
	// IsOwnDoing tells that the client brought it about, whatever the status: it took more than its share.
	IsOwnDoing bool
	Cause      error
}

// New returns a problem without bad fields.
func New(code Code, detail string) *Problem { return &Problem{Code: code, Detail: detail} }

// WithErrors returns a problem with a few bad fields.
func WithErrors(code Code, detail string, errors ...FieldError) *Problem {
	return &Problem{Code: code, Detail: detail, Errors: errors, ErrorCount: len(errors)}
}

func (problem *Problem) Error() string { return string(problem.Code) + ": " + problem.Detail }

func (problem *Problem) Unwrap() error { return problem.Cause }

// Status is the HTTP status of the answer.
func (problem *Problem) Status() int { return statusByCode[problem.Code] }

// Fault says whose fault it is, "client" or "server". Alerts look at that of the server, which no client must be able
// to bring about.
func (problem *Problem) Fault() string {
	if problem.Status() < 500 || problem.IsOwnDoing {
		return "client"
	}
	return "server"
}

type details struct {
	Type       string       `json:"type"`
	Title      string       `json:"title"`
	Status     int          `json:"status"`
	Detail     string       `json:"detail"`
	Instance   string       `json:"instance"`
	Code       Code         `json:"code"`
	RequestID  string       `json:"request_id"`
	Errors     []FieldError `json:"errors,omitempty"`
	ErrorCount int          `json:"error_count,omitempty"`
}

// Body returns the problem details of RFC 9457.
func (problem *Problem) Body(instance, requestID string) []byte {
	status := problem.Status()
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	// Texts and numbers alone can always be encoded.
	_ = encoder.Encode(details{
		Type:       "urn:tallyflow:problem:" + strings.ReplaceAll(string(problem.Code), "_", "-"),
		Title:      title(status),
		Status:     status,
		Detail:     problem.Detail,
		Instance:   instance,
		Code:       problem.Code,
		RequestID:  requestID,
		Errors:     problem.Errors[:min(len(problem.Errors), contract.Limits.MaxFieldErrors)],
		ErrorCount: problem.ErrorCount,
	})
	return bytes.TrimSuffix(body.Bytes(), []byte("\n"))
}

// The contract has the older name of 413.
func title(status int) string {
	if status == http.StatusRequestEntityTooLarge {
		return "Payload Too Large"
	}
	return http.StatusText(status)
}
