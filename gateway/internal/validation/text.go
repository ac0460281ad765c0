package validation

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"tallyflow/contract"
)

// text is the decoded content of a JSON string.
type text struct {
	// bytes are UTF-8, with U+FFFD in place of lone surrogates.
	bytes       []byte
	hasNUL      bool
	isIllFormed bool
}

// problem says what is wrong with a text that is too long, or that PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot
// store; empty where nothing is.
func (text text) problem(maxCharacters int) string {
	switch {
	case len(text.bytes) > maxCharacters && utf8.RuneCount(text.bytes) > maxCharacters:
		return fmt.Sprintf("must have at most %d characters", maxCharacters)
	case text.hasNUL:
		return "must not contain a NUL character"
	case text.isIllFormed:
		return "must not contain a lone surrogate"
	}
	return ""
}

func (text text) idProblem() string {
	if len(text.bytes) == 0 {
		return "must not be empty"
	}
	return text.problem(contract.Limits.MaxIDCharacters)
}

// isBlank tells whether a text has nothing to read, which says no more than one that is missing. White space is what
// ECMA-262 takes for it.
func isBlank(text []byte) bool {
	for at := 0; at < len(text); {
		if char := text[at]; char < utf8.RuneSelf {
			if char != ' ' && (char < '\t' || char > '\r') {
				return false
			}
			at++
			continue
		}
		char, size := utf8.DecodeRune(text[at:])
		if !isWideSpace(char) {
			return false
		}
		at += size
	}
	return true
}

func isWideSpace(char rune) bool {
	switch char {
	case 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff:
		return true
	}
	return char >= 0x2000 && char <= 0x200a
}

// unescape appends the content of a JSON string whose syntax is known to be right to the scratch, which it returns as well.
func unescape(scratch, raw []byte) (content text, grown []byte) {
	start := len(scratch)
	for at := 0; at < len(raw); {
		if raw[at] != '\\' {
			scratch = append(scratch, raw[at])
			at++
			continue
		}
		if raw[at+1] != 'u' {
			scratch = append(scratch, simpleEscapes[raw[at+1]])
			at += 2
			continue
		}
		char := hexUnit(raw[at+2:])
		at += 6
		if utf16.IsSurrogate(char) {
			if at+6 <= len(raw) && raw[at] == '\\' && raw[at+1] == 'u' {
				char = utf16.DecodeRune(char, hexUnit(raw[at+2:]))
			} else {
				char = utf8.RuneError
			}
			if char == utf8.RuneError {
				content.isIllFormed = true
			} else {
				at += 6
			}
		}
		content.hasNUL = content.hasNUL || char == 0
		scratch = utf8.AppendRune(scratch, char)
	}
	content.bytes = scratch[start:]
	return content, scratch
}

var simpleEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func hexUnit(digits []byte) rune {
	var unit rune
	for _, digit := range digits[:4] {
		unit <<= 4
		switch {
		case digit <= '9':
			unit += rune(digit - '0')
		case digit <= 'F':
			unit += rune(digit-'A') + 10
		default:
			unit += rune(digit-'a') + 10
		}
	}
	return unit
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends UTF-8 as the content of a JSON string.
func appendEscaped(out, content []byte) []byte {
	for _, char := range content {
		switch {
		case char == '"' || char == '\\':
			out = append(out, '\\', char)
		case char < 0x20:
			out = append(out, '\\', 'u', '0', '0', hexDigits[char>>4], hexDigits[char&15])
		default:
			out = append(out, char)
		}
	}
	return out
}
