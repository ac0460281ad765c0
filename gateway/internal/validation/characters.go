package validation

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// chunkBytes is read at a time: less would be read more often, and more would not be read faster.
const chunkBytes = 64 * 1024

var byteOrderMark = []byte("\xef\xbb\xbf")

// readCharacters passes on the body in pieces that end at the end of a character, without a byte order mark at the start.
// It is an error for bytes that are no UTF-8, which would otherwise be stored as replacement characters.
func readCharacters(body io.Reader, buffer []byte, take func(piece []byte) error) error {
	rest, isStart := 0, true
	for {
		read, err := body.Read(buffer[rest:])
		data := buffer[:rest+read]
		end := endOfLastWhole(data)
		if piece := data[:end]; end > 0 {
			if !utf8.Valid(piece) {
				return errNotUTF8
			}
			if isStart {
				piece = bytes.TrimPrefix(piece, byteOrderMark)
				isStart = false
			}
			if err := take(piece); err != nil {
				return err
			}
		}
		rest = copy(buffer, data[end:])
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			return err
		case rest > 0:
			return errNotUTF8
		default:
			return nil
		}
	}
}

// endOfLastWhole is the index behind the last character that is complete.
func endOfLastWhole(data []byte) int {
	for back := 1; back <= min(utf8.UTFMax-1, len(data)); back++ {
		char := data[len(data)-back]
		if !utf8.RuneStart(char) {
			continue
		}
		if char < utf8.RuneSelf {
			return len(data)
		}
		// The first byte of a character says how many there are.
		needed := 2
		if char >= 0xf0 {
			needed = 4
		} else if char >= 0xe0 {
			needed = 3
		}
		if needed > back {
			return len(data) - back
		}
		return len(data)
	}
	return len(data)
}
