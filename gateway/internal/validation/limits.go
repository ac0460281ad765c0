package validation

import (
	"fmt"

	"tallyflow/gateway/internal/problem"
)

const bodyNotValid = "The body is not valid."

func tooManyRows(maxRows int) error {
	return problem.WithErrors(problem.PayloadTooLarge,
		fmt.Sprintf("A batch must have at most %d transactions.", maxRows),
		problem.FieldError{Pointer: "/transactions", Detail: fmt.Sprintf("must have at most %d entries", maxRows)})
}

// partTooLarge is the error for a part of a JSON body that is too long to be held in one piece.
func partTooLarge(pointer string, maxBytes int) error {
	return problem.WithErrors(problem.PayloadTooLarge,
		fmt.Sprintf("A part of the body exceeds the limit of %d bytes.", maxBytes),
		problem.FieldError{Pointer: pointer, Detail: fmt.Sprintf("must have at most %d bytes", maxBytes)})
}

// checkRowCount is an error where there is no row, or another number of them than the client has announced; expected is
// nil where it has announced none.
func checkRowCount(count int, expected *int64) error {
	var errors []problem.FieldError
	if count == 0 {
		errors = append(errors, problem.FieldError{Pointer: "/transactions", Detail: "must not be empty"})
	}
	if expected != nil && *expected != int64(count) {
		errors = append(errors, problem.FieldError{
			Pointer: "/total_transactions",
			Detail:  fmt.Sprintf("is %d, but %d transactions were sent", *expected, count),
		})
	}
	if len(errors) == 0 {
		return nil
	}
	return problem.WithErrors(problem.InvalidRequest, bodyNotValid, errors...)
}

var errNotUTF8 = problem.New(problem.InvalidEncoding, "The body is not valid UTF-8.")
