package validation

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"tallyflow/gateway/internal/problem"
)

// collected is a sink that keeps its rows.
type collected struct{ rows []byte }

func (sink *collected) Write(rows []byte, _ int) error {
	if len(sink.rows) > 0 {
		sink.rows = append(sink.rows, ',')
	}
	sink.rows = append(sink.rows, rows...)
	return nil
}

func (sink *collected) Reset() { sink.rows = nil }

// outcome is what becomes of a body: its rows, or what is wrong with it.
type outcome struct {
	RequestID    *string              `json:"request_id,omitempty"`
	Transactions []map[string]string  `json:"transactions,omitempty"`
	Code         problem.Code         `json:"code,omitempty"`
	Detail       string               `json:"detail,omitempty"`
	Errors       []problem.FieldError `json:"errors,omitempty"`
	ErrorCount   int                  `json:"error_count,omitempty"`
}

type example struct {
	Kind     string   `json:"kind"`
	Prefixes []string `json:"prefixes"`
	Query    string   `json:"query"`
	Body     []byte   `json:"body"`
	Outcome  outcome  `json:"outcome"`
}

var corpus = cmp.Or(os.Getenv("CORPUS"), "testdata/bodies.ndjson")

// corpusMaxRows is the limit of rows for the bodies of the corpus.
const corpusMaxRows = 5

func (example example) read(t *testing.T, isDripped bool) outcome {
	t.Helper()
	body := bytes.NewReader(example.Body)
	sink := &collected{}
	var result outcome
	batch, err := func() (Batch, error) {
		var input io.Reader = body
		if isDripped {
			input = iotest.OneByteReader(body)
		}
		prefixes := SortPrefixes(example.Prefixes)
		if example.Kind == "json" {
			return ReadJSON(input, corpusMaxRows, prefixes, sink)
		}
		query, err := ReadStreamQuery(example.Query)
		if err != nil {
			return Batch{}, err
		}
		count, err := ReadLines(input, sink, LinesOptions{
			MaxRows: corpusMaxRows, Expected: query.Total, Prefixes: prefixes, OnRows: func(int) {},
		})
		return Batch{RequestID: query.RequestID, RowCount: count}, err
	}()
	var bad *problem.Problem
	switch {
	case err == nil:
		result.RequestID = batch.RequestID
		if err := json.Unmarshal([]byte("["+string(sink.rows)+"]"), &result.Transactions); err != nil {
			t.Fatalf("the rows are no JSON: %v: %s", err, sink.rows)
		}
		if len(result.Transactions) != batch.RowCount {
			t.Fatalf("%d rows were written, and %d counted", len(result.Transactions), batch.RowCount)
		}
	case errors.As(err, &bad):
		result.Code, result.Detail, result.Errors, result.ErrorCount = bad.Code, bad.Detail, bad.Errors, bad.ErrorCount
	default:
		t.Fatal(err)
	}
	return result
}

// The corpus holds generated bodies, each with what the API makes of it.
func TestBodiesHaveTheOutcomeOfTheContract(t *testing.T) {
	file, err := os.Open(corpus)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var example example
		if err := json.Unmarshal(lines.Bytes(), &example); err != nil {
			t.Fatal(err)
		}
		for _, isDripped := range []bool{false, true} {
			found, expected := example.read(t, isDripped).text(t), example.Outcome.text(t)
			// Of a body that is bad in two ways the first one counts, and a byte that is no UTF-8 counts from its chunk's begin.
			if isDripped && example.Outcome.Code == problem.InvalidEncoding {
				continue
			}
			if found != expected {
				t.Errorf("%s %q %q\nfound    %s\nexpected %s", example.Kind, example.Body, example.Query, found, expected)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func (outcome outcome) text(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(outcome)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
