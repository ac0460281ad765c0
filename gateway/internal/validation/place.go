package validation

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// place is a place in a text, as editors and JSON.parse count it: in UTF-16 code units.
type place struct {
	units, line, lineStart int
	endsInReturn           bool
}

// pass moves the place behind valid UTF-8.
func (place *place) pass(text []byte) {
	if len(text) == 0 {
		return
	}
	if bytes.IndexByte(text, '\r') < 0 && isASCII(text) {
		place.passPlain(text)
		return
	}
	for _, char := range string(text) {
		isSameEnd := char == '\n' && place.endsInReturn
		place.endsInReturn = char == '\r'
		place.units++
		if char > 0xffff {
			place.units++
		}
		if char != '\n' && char != '\r' {
			continue
		}
		if !isSameEnd {
			place.line++
		}
		place.lineStart = place.units
	}
}

func (place *place) passPlain(text []byte) {
	lines := bytes.Count(text, []byte{'\n'})
	if lines > 0 {
		place.lineStart = place.units + bytes.LastIndexByte(text, '\n') + 1
		if text[0] == '\n' && place.endsInReturn {
			lines--
		}
	}
	place.line += lines
	place.units += len(text)
	place.endsInReturn = false
}

// isASCII looks at eight bytes at a time.
func isASCII(text []byte) bool {
	for len(text) >= 8 {
		if binary.LittleEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, char := range text {
		if char >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
