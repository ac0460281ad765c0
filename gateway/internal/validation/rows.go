package validation

import (
	"strconv"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// rows validates rows one after the other, and checks that the key may use their accounts. It keeps the first errors and
// the count of all. Invalid rows are reported first, since their sender has to correct them anyway.
type rows struct {
	count      int
	prefixes   []string
	invalid    collector
	notAllowed collector
	// scratch holds the texts of a row that were unescaped.
	scratch []byte
}

func (rows *rows) isBad() bool { return rows.invalid.count > 0 || rows.notAllowed.count > 0 }

// reset forgets all rows.
func (rows *rows) reset() { *rows = *newRows(rows.prefixes) }

func newRows(prefixes []string) *rows { return &rows{prefixes: prefixes} }

// appendRow appends the canonical form of a row, unless it or an earlier one is bad. line is 0 where the body has no lines.
func (rows *rows) appendRow(out []byte, row *row, line int) []byte {
	index := rows.count
	rows.count++
	rows.scratch = rows.scratch[:0]
	checked := checkedRow{rows: rows}
	if !checked.read(row) {
		for _, bad := range badFields(row) {
			rows.invalid.add(index, bad, line)
		}
		return out
	}
	if !mayUseAccount(rows.prefixes, checked.accountID) {
		rows.notAllowed.add(index, badField{"/account_id", "is not an account of this API key"}, line)
		return out
	}
	if rows.isBad() {
		return out
	}
	return checked.append(out)
}

// addInvalid counts a row that could not be read as one.
func (rows *rows) addInvalid(line int, bad ...badField) {
	for _, bad := range bad {
		rows.invalid.add(rows.count, bad, line)
	}
	rows.count++
}

// notObject is what is wrong with a row that is another JSON value. An array is asked for its fields as well.
func notObject(first byte) []badField {
	bad := []badField{{"", "must be an object"}}
	if first == '[' {
		bad = append(bad, badField{"/currency", isRequired})
	}
	return bad
}

func (rows *rows) invalidProblem() error {
	return rows.invalid.problem(problem.InvalidRequest, "Some transactions are not valid. Nothing was stored.")
}

func (rows *rows) notAllowedProblem() error {
	return rows.notAllowed.problem(problem.AccountNotAllowed,
		"Some transactions are of accounts that this API key is not for. Nothing was stored.")
}

// badField is what is wrong with a row; its pointer begins at the row.
type badField struct{ pointer, detail string }

// collector keeps the first errors of one kind, and the count of all.
type collector struct {
	count int
	first []problem.FieldError
}

func (collector *collector) add(row int, bad badField, line int) {
	collector.count++
	if len(collector.first) < contract.Limits.MaxFieldErrors {
		pointer := "/transactions/" + strconv.Itoa(row) + bad.pointer
		collector.first = append(collector.first, problem.FieldError{Pointer: pointer, Detail: bad.detail, Line: line})
	}
}

func (collector *collector) problem(code problem.Code, detail string) error {
	if collector.count == 0 {
		return nil
	}
	return &problem.Problem{Code: code, Detail: detail, Errors: collector.first, ErrorCount: collector.count}
}
