package validation

// Sink takes the rows of a body as they are read, long before it is known that all are good.
type Sink interface {
	// Write takes rows in their canonical form, with commas in between. It must not keep the slice.
	Write(rows []byte, count int) error
	// Reset forgets all rows, since a later member of the body takes their place.
	Reset()
}

// flushBytes is how much of the rows is kept back, so that a sink is called for some hundred at once.
const flushBytes = 64 * 1024

// output collects the canonical rows for a sink.
type output struct {
	sink  Sink
	bytes []byte
	count int
}

// add takes rows, which append writes. It adds the comma before a row, and takes it back where there was none.
func (out *output) add(rows *rows, row *row, line int) error {
	start := len(out.bytes)
	if out.count > 0 {
		out.bytes = append(out.bytes, ',')
	}
	begin := len(out.bytes)
	out.bytes = rows.appendRow(out.bytes, row, line)
	if len(out.bytes) == begin {
		out.bytes = out.bytes[:start]
		return nil
	}
	out.count++
	if len(out.bytes) < flushBytes {
		return nil
	}
	return out.flush()
}

func (out *output) flush() error {
	if out.count == 0 {
		return nil
	}
	err := out.sink.Write(out.bytes, out.count)
	out.bytes, out.count = out.bytes[:0], 0
	return err
}

func (out *output) reset() {
	out.bytes, out.count = out.bytes[:0], 0
	out.sink.Reset()
}
