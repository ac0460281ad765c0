package validation

import (
	"fmt"
	"io"

	"tallyflow/contract"
)

const (
	requestIDKey = "request_id"
	totalKey     = "total_transactions"
	rowsKey      = "transactions"
	minKeyBytes  = len(requestIDKey)
	// Each character may be an escape of six bytes.
	maxKeyBytes = 6 * len(totalKey)
	// The object, the array and the row itself are levels.
	rowDepth = 2
)

// part is what is kept of the body while it is read.
type part uint8

const (
	otherPart part = iota
	keyPart
	scalarPart
	rowsPart
)

// jsonBatch reads a JSON body as it arrives. It checks the syntax of all of it, and holds no more of it than a row. Of
// several members with the same key the last one counts.
type jsonBatch struct {
	maxRows  int
	rows     *rows
	output   output
	envelope envelope
	chunk    []byte
	// key is that of the member that is read; empty where it is not known.
	key  string
	part part
	// kept has what earlier chunks had of the key, the scalar or the row; from is where it goes on in this one, or -1 where
	// nothing is kept.
	kept []byte
	from int
	// rowFrom is where the row begins, which may lie before the chunk. The row is open up to the comma or bracket behind it.
	rowFrom   int
	rowCount  int
	isRowOpen bool
}

// ReadJSON reads a batch in JSON, and gives the sink its rows. After an error the sink may have some of them.
func ReadJSON(body io.Reader, maxRows int, prefixes []string, sink Sink) (Batch, error) {
	buffers := takeBuffers()
	defer buffers.giveBack()
	batch := &jsonBatch{maxRows: maxRows, rows: newRows(prefixes), from: -1}
	batch.output = output{sink: sink, bytes: buffers.output[:0]}
	scan := &scanner{visitor: batch}
	err := readCharacters(body, buffers.chunk, func(piece []byte) error {
		batch.chunk = piece
		if err := scan.push(piece); err != nil {
			return err
		}
		return batch.endChunk()
	})
	buffers.output = batch.output.bytes
	if err != nil {
		return Batch{}, err
	}
	if err := scan.end(); err != nil {
		return Batch{}, err
	}
	return batch.finish()
}

func (batch *jsonBatch) finish() (Batch, error) {
	if err := batch.envelope.problem(); err != nil {
		return Batch{}, err
	}
	if err := checkRowCount(batch.rowCount, batch.envelope.total); err != nil {
		return Batch{}, err
	}
	if err := batch.rows.invalidProblem(); err != nil {
		return Batch{}, err
	}
	if err := batch.rows.notAllowedProblem(); err != nil {
		return Batch{}, err
	}
	return Batch{RequestID: batch.envelope.requestID, RowCount: batch.rowCount}, batch.output.flush()
}

func (batch *jsonBatch) keyBegins(at int) {
	batch.part = keyPart
	batch.keep(at)
}

func (batch *jsonBatch) keyEnds(at int) {
	key := batch.take(at)
	batch.part = otherPart
	batch.key = ""
	if len(key) < minKeyBytes || len(key) > maxKeyBytes {
		return
	}
	var scratch [maxKeyBytes]byte
	content, _ := unescape(scratch[:0], key)
	switch string(content.bytes) {
	case requestIDKey:
		batch.key = requestIDKey
	case totalKey:
		batch.key = totalKey
	case rowsKey:
		batch.key = rowsKey
	}
}

func (batch *jsonBatch) valueBegins(at int, first byte, depth int) (end int, err error) {
	switch {
	case depth == 0:
		batch.envelope.isObject = first == '{'
	case depth == rowDepth:
		if batch.part == rowsPart {
			return batch.beginRow(at)
		}
	case batch.key == rowsKey:
		batch.beginRows(first == '[')
	case batch.key != "":
		batch.part = scalarPart
		batch.keep(at)
	}
	return 0, nil
}

func (batch *jsonBatch) valueEnds(at, depth int) error {
	if depth == rowDepth && batch.part != rowsPart {
		return nil
	}
	if err := batch.checkLength(at); err != nil {
		return err
	}
	if depth == rowDepth {
		return batch.endRow(at)
	}
	if batch.part == scalarPart {
		batch.envelope.set(batch.key, batch.take(at))
	}
	batch.part = otherPart
	return nil
}

func (batch *jsonBatch) beginRows(isArray bool) {
	batch.part = otherPart
	if isArray {
		batch.part = rowsPart
	}
	batch.envelope.setRows(isArray)
	if batch.rowCount > 0 {
		batch.rows.reset()
		batch.output.reset()
	}
	batch.rowCount = 0
}

// beginRow reads a row that is whole in this chunk, as most are; others are kept until they are.
func (batch *jsonBatch) beginRow(at int) (end int, err error) {
	batch.rowCount++
	if batch.rowCount > batch.maxRows {
		return 0, tooManyRows(batch.maxRows)
	}
	batch.rowFrom, batch.isRowOpen = at, true
	var row row
	length := parseRow(batch.chunk[at:], contract.Limits.MaxJSONDepth-rowDepth, &row)
	if length < 0 {
		batch.keep(at)
		return 0, nil
	}
	return at + length, batch.output.add(batch.rows, &row, 0)
}

func (batch *jsonBatch) endRow(at int) error {
	batch.isRowOpen = false
	if batch.from < 0 {
		return nil
	}
	data := batch.take(at)
	var row row
	if parseRow(data, contract.Limits.MaxJSONDepth, &row) < 0 {
		batch.rows.addInvalid(0, notObject(data[0])...)
		return nil
	}
	return batch.output.add(batch.rows, &row, 0)
}

func (batch *jsonBatch) checkLength(at int) error {
	switch {
	case batch.part == scalarPart && batch.keptBytes(at) > contract.Limits.MaxScalarBytes:
		return partTooLarge("/"+batch.key, contract.Limits.MaxScalarBytes)
	case batch.isRowOpen && at-batch.rowFrom > contract.Limits.MaxRowBytes:
		return partTooLarge(fmt.Sprintf("/%s/%d", rowsKey, batch.rowCount-1), contract.Limits.MaxRowBytes)
	}
	return nil
}

// keep begins to keep bytes of the body, take ends that.
func (batch *jsonBatch) keep(at int) {
	batch.kept = batch.kept[:0]
	batch.from = at
}

// take returns what was kept up to an index of the chunk. It lasts until something else is kept.
func (batch *jsonBatch) take(at int) []byte {
	from := batch.from
	batch.from = -1
	if from < 0 {
		return nil
	}
	if len(batch.kept) == 0 {
		return batch.chunk[from:at]
	}
	batch.kept = append(batch.kept, batch.chunk[from:at]...)
	return batch.kept
}

func (batch *jsonBatch) keptBytes(at int) int {
	if batch.from < 0 {
		return 0
	}
	return len(batch.kept) + at - batch.from
}

func (batch *jsonBatch) endChunk() error {
	end := len(batch.chunk)
	if batch.part == keyPart && batch.keptBytes(end) > maxKeyBytes {
		batch.from = -1
	}
	if err := batch.checkLength(end); err != nil {
		return err
	}
	if batch.from >= 0 {
		batch.kept = append(batch.kept, batch.chunk[batch.from:]...)
		batch.from = 0
	}
	batch.rowFrom -= end
	return nil
}
