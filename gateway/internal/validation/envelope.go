package validation

import (
	"math"
	"strconv"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// Batch is what a body says besides its rows.
type Batch struct {
	// RequestID is nil where the client gave none.
	RequestID *string
	RowCount  int
}

const (
	mustBeWhole    = "must be a whole number"
	maxSafeInteger = 1<<53 - 1
)

// envelope is the body around the rows.
type envelope struct {
	isObject     bool
	requestID    *string
	requestIDBad string
	total        *int64
	// totalBad counts what is wrong with the number.
	totalBad         int
	hasRows, isArray bool
}

// set takes the last value of a member, which is valid JSON.
func (envelope *envelope) set(key string, raw []byte) {
	var value value
	readValue(raw, 0, contract.Limits.MaxJSONDepth, &value)
	if key == requestIDKey {
		envelope.setRequestID(value)
	} else {
		envelope.setTotal(value)
	}
}

func (envelope *envelope) setRows(isArray bool) { envelope.hasRows, envelope.isArray = true, isArray }

func (envelope *envelope) setRequestID(value value) {
	envelope.requestID, envelope.requestIDBad = nil, ""
	switch value.kind {
	case null:
	case stringValue:
		content := value.decode()
		envelope.requestIDBad = content.problem(contract.Limits.MaxIDCharacters)
		id := string(content.bytes)
		envelope.requestID = &id
	default:
		envelope.requestIDBad = mustBeString
	}
}

func (envelope *envelope) setTotal(value value) {
	envelope.total, envelope.totalBad = nil, 0
	switch value.kind {
	case null:
	case numberValue:
		// A number beyond a double comes as an infinite one.
		number, _ := strconv.ParseFloat(string(value.raw), 64)
		envelope.total, envelope.totalBad = wholeNumber(number)
	default:
		envelope.totalBad = 1
	}
}

// wholeNumber is the number, or how many rules it breaks: one that is far below zero breaks two.
func wholeNumber(number float64) (whole *int64, bad int) {
	switch {
	case math.IsInf(number, 0) || number != math.Trunc(number) || number > maxSafeInteger:
		return nil, 1
	case number < -maxSafeInteger:
		return nil, 2
	case number < 0:
		return nil, 1
	}
	count := int64(number)
	return &count, 0
}

func (envelope *envelope) problem() error {
	if !envelope.isObject {
		return problem.WithErrors(problem.InvalidRequest, bodyNotValid, problem.FieldError{Detail: "must be a JSON object"})
	}
	errors := headErrors(envelope.requestIDBad, envelope.totalBad)
	switch {
	case !envelope.hasRows:
		errors = append(errors, problem.FieldError{Pointer: "/" + rowsKey, Detail: isRequired})
	case !envelope.isArray:
		errors = append(errors, problem.FieldError{Pointer: "/" + rowsKey, Detail: "must be an array"})
	}
	if len(errors) == 0 {
		return nil
	}
	return problem.WithErrors(problem.InvalidRequest, bodyNotValid, errors...)
}

func headErrors(requestIDBad string, totalBad int) (errors []problem.FieldError) {
	if requestIDBad != "" {
		errors = append(errors, problem.FieldError{Pointer: "/" + requestIDKey, Detail: requestIDBad})
	}
	for range totalBad {
		errors = append(errors, problem.FieldError{Pointer: "/" + totalKey, Detail: mustBeWhole})
	}
	return errors
}
