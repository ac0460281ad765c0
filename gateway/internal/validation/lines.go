package validation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// LinesOptions are the limits of a stream and what its query says.
type LinesOptions struct {
	MaxRows  int
	Expected *int64
	Prefixes []string
	// OnRows hears of the lines of each piece of the body that are not blank.
	OnRows func(count int)
}

// lineReader reads NDJSON. It holds one line, and the canonical rows that wait for the sink.
type lineReader struct {
	options LinesOptions
	rows    *rows
	output  output
	// kept is the begin of a line that earlier chunks had.
	kept       []byte
	line       int
	blankLines int
}

// ReadLines reads one transaction a line, and gives the sink its rows. After the first bad row the sink gets no more, but
// the rest is still checked, and the error names every bad row. It returns the number of rows.
func ReadLines(body io.Reader, sink Sink, options LinesOptions) (int, error) {
	buffers := takeBuffers()
	defer buffers.giveBack()
	reader := &lineReader{options: options, rows: newRows(options.Prefixes), line: 1}
	reader.output = output{sink: sink, bytes: buffers.output[:0]}
	defer func() { buffers.output = reader.output.bytes }()
	for {
		read, err := body.Read(buffers.chunk)
		before := reader.rows.count
		if err := reader.push(buffers.chunk[:read]); err != nil {
			return 0, err
		}
		if errors.Is(err, io.EOF) {
			return reader.finish()
		}
		if err != nil {
			return 0, err
		}
		if count := reader.rows.count - before; count > 0 {
			options.OnRows(count)
		}
	}
}

func (reader *lineReader) push(chunk []byte) error {
	for {
		// A newline byte is never part of a longer UTF-8 sequence, so lines can be cut before they are decoded.
		end := bytes.IndexByte(chunk, '\n')
		if end < 0 {
			break
		}
		line := chunk[:end]
		if len(reader.kept) > 0 {
			reader.kept = append(reader.kept, line...)
			line = reader.kept
		}
		if err := reader.readLine(line); err != nil {
			return err
		}
		reader.kept = reader.kept[:0]
		chunk = chunk[end+1:]
		reader.line++
	}
	reader.kept = append(reader.kept, chunk...)
	return reader.checkLength(reader.kept)
}

func (reader *lineReader) finish() (int, error) {
	// The last line may lack its newline; behind the last newline there is no line.
	if line := reader.kept; !isBlank(line) {
		if err := reader.readLine(line); err != nil {
			return 0, err
		}
	}
	if err := reader.rows.invalidProblem(); err != nil {
		return 0, err
	}
	if err := checkRowCount(reader.rows.count, reader.options.Expected); err != nil {
		return 0, err
	}
	if err := reader.rows.notAllowedProblem(); err != nil {
		return 0, err
	}
	return reader.rows.count, reader.output.flush()
}

func (reader *lineReader) checkLength(line []byte) error {
	if len(line) <= contract.Limits.MaxRowBytes {
		return nil
	}
	return problem.New(problem.PayloadTooLarge,
		fmt.Sprintf("Line %d is longer than the %d bytes allowed.", reader.line, contract.Limits.MaxRowBytes))
}

func (reader *lineReader) readLine(line []byte) error {
	if err := reader.checkLength(line); err != nil {
		return err
	}
	if !utf8.Valid(line) {
		return errNotUTF8
	}
	line = bytes.TrimPrefix(line, byteOrderMark)
	if isBlank(line) {
		return reader.countBlank()
	}
	if reader.rows.count == reader.options.MaxRows {
		return tooManyRows(reader.options.MaxRows)
	}
	return reader.readRow(line)
}

func (reader *lineReader) countBlank() error {
	reader.blankLines++
	spare := contract.Limits.MaxSpareBlankLines
	if rows := reader.line - reader.blankLines; reader.blankLines <= rows+spare {
		return nil
	}
	return problem.New(problem.PayloadTooLarge, fmt.Sprintf(
		"Up to line %d there are %d blank lines; a stream may have %d more than it has transactions.",
		reader.line, reader.blankLines, spare))
}

func (reader *lineReader) readRow(line []byte) error {
	maxDepth := contract.Limits.MaxJSONDepth
	at := skipSpace(line, 0)
	var row row
	if end := parseRow(line[at:], maxDepth, &row); end >= 0 && skipSpace(line, at+end) == len(line) {
		return reader.output.add(reader.rows, &row, reader.line)
	}
	end := skipValue(line, at, maxDepth)
	switch {
	case isDeeperThan(line, maxDepth):
		reader.rows.addInvalid(reader.line, badField{"", fmt.Sprintf("must not nest deeper than %d levels", maxDepth)})
	case end < 0 || skipSpace(line, end) < len(line):
		reader.rows.addInvalid(reader.line, badField{"", "is not valid JSON"})
	default:
		reader.rows.addInvalid(reader.line, notObject(line[at])...)
	}
	return nil
}

// isDeeperThan tells whether arrays and objects are nested deeper than so many levels, also where the text is no JSON.
func isDeeperThan(text []byte, levels int) bool {
	depth := 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			if depth++; depth > levels {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
