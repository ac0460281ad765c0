package validation

import (
	"fmt"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// visitor hears of the outer two levels of JSON while they are scanned. at is an index of the chunk that is scanned.
type visitor interface {
	// keyBegins and keyEnds tell the first byte behind the opening quote, and the closing quote, of a key of the
	// outermost object.
	keyBegins(at int)
	keyEnds(at int)
	// valueBegins tells the first byte of a value within so many arrays and objects, down to 2. It may return the index
	// behind the value, where it has read all of that itself, and otherwise 0.
	valueBegins(at int, first byte, depth int) (end int, err error)
	// valueEnds tells the comma or bracket behind a value at depth 1 or 2; white space may lie between.
	valueEnds(at int, depth int) error
}

type state uint8

// What the scanner expects next, or is reading.
const (
	atValue state = iota
	atValueOrArrayEnd
	atKeyOrObjectEnd
	atKey
	atColon
	afterValue
	inString
	inEscape
	inUnicodeEscape
	inLiteral
	afterMinus
	afterLeadingZero
	inInteger
	afterPoint
	inFraction
	afterExponentLetter
	afterExponentSign
	inExponent
)

// visitedDepth is the depth down to which the visitor hears of values.
const visitedDepth = 2

// scanner checks the syntax of JSON in UTF-8 as it arrives, byte by byte in constant memory, and tells a visitor where
// the keys and values of its outer levels are. It accepts what JSON.parse of ECMA-262 accepts, down to a number of levels.
type scanner struct {
	visitor visitor
	state   state
	// isArray has a bit for each of the open arrays and objects, which is set for an array.
	isArray     uint64
	depth       int
	stringIsKey bool
	// hexDigitsLeft counts the digits of a Unicode escape that are still to come.
	hexDigitsLeft int
	// literalRest is what is still to come of true, false or null.
	literalRest string
	place       place
}

// push scans the next bytes, which end at the end of a character.
func (scan *scanner) push(chunk []byte) error {
	state := scan.state
	for at := 0; at < len(chunk); {
		char := chunk[at]
		switch state {
		case inString:
			for at < len(chunk) && isPlain[chunk[at]] {
				at++
			}
			if at == len(chunk) {
				continue
			}
			switch chunk[at] {
			case '"':
				state = scan.endString(at)
			case '\\':
				state = inEscape
			default:
				return scan.fail(chunk[:at])
			}
			at++
		case inEscape:
			switch {
			case char == 'u':
				state, scan.hexDigitsLeft = inUnicodeEscape, 4
			case simpleEscapes[char] != 0:
				state = inString
			default:
				return scan.fail(chunk[:at])
			}
			at++
		case inUnicodeEscape:
			if !isHexDigit(char) {
				return scan.fail(chunk[:at])
			}
			if scan.hexDigitsLeft--; scan.hexDigitsLeft == 0 {
				state = inString
			}
			at++
		case inLiteral:
			if char != scan.literalRest[0] {
				return scan.fail(chunk[:at])
			}
			if scan.literalRest = scan.literalRest[1:]; scan.literalRest == "" {
				state = afterValue
			}
			at++
		case inInteger, inFraction, inExponent, afterLeadingZero:
			if state != afterLeadingZero && isDigit(char) {
				at++
				continue
			}
			if state = afterDigits(state, char); state != afterValue {
				at++
			}
		case afterMinus, afterPoint, afterExponentLetter, afterExponentSign:
			next, isNumber := withinNumber(state, char)
			if !isNumber {
				return scan.fail(chunk[:at])
			}
			state = next
			at++
		default:
			if isSpace(char) {
				at++
				continue
			}
			next, end, err := scan.readToken(state, chunk, at)
			if err != nil {
				return err
			}
			state, at = next, end
		}
	}
	scan.state = state
	scan.place.pass(chunk)
	return nil
}

// end is an error where the bytes were no whole JSON text.
func (scan *scanner) end() error {
	switch scan.state {
	case afterValue, afterLeadingZero, inInteger, inFraction, inExponent:
		if scan.depth == 0 {
			return nil
		}
	}
	return scan.fail(nil)
}

// readToken reads a byte that is no white space where a value or punctuation may come.
func (scan *scanner) readToken(state state, chunk []byte, at int) (next state, end int, err error) {
	char := chunk[at]
	switch {
	case state == atValueOrArrayEnd && char == ']', state == atKeyOrObjectEnd && char == '}':
		return scan.close(), at + 1, nil
	case state == atValue || state == atValueOrArrayEnd:
		return scan.beginValue(chunk, at)
	case state == atColon:
		if char == ':' {
			return atValue, at + 1, nil
		}
	case state == atKey || state == atKeyOrObjectEnd:
		if char == '"' {
			scan.stringIsKey = true
			if scan.depth == 1 {
				scan.visitor.keyBegins(at + 1)
			}
			return inString, at + 1, nil
		}
	default:
		return scan.readAfterValue(chunk, at)
	}
	return 0, 0, scan.fail(chunk[:at])
}

func (scan *scanner) beginValue(chunk []byte, at int) (next state, end int, err error) {
	char := chunk[at]
	if scan.depth <= visitedDepth {
		end, err := scan.visitor.valueBegins(at, char, scan.depth)
		if err != nil {
			return 0, 0, err
		}
		if end > 0 {
			return afterValue, end, nil
		}
	}
	switch char {
	case '"':
		scan.stringIsKey = false
		return inString, at + 1, nil
	case '{':
		return atKeyOrObjectEnd, at + 1, scan.open(false)
	case '[':
		return atValueOrArrayEnd, at + 1, scan.open(true)
	case '-':
		return afterMinus, at + 1, nil
	case '0':
		return afterLeadingZero, at + 1, nil
	case 't':
		scan.literalRest = "rue"
	case 'f':
		scan.literalRest = "alse"
	case 'n':
		scan.literalRest = "ull"
	default:
		if !isDigit(char) {
			return 0, 0, scan.fail(chunk[:at])
		}
		return inInteger, at + 1, nil
	}
	return inLiteral, at + 1, nil
}

func (scan *scanner) endString(at int) state {
	if !scan.stringIsKey {
		return afterValue
	}
	if scan.depth == 1 {
		scan.visitor.keyEnds(at)
	}
	return atColon
}

func (scan *scanner) readAfterValue(chunk []byte, at int) (next state, end int, err error) {
	char := chunk[at]
	if scan.depth == 0 {
		return 0, 0, scan.fail(chunk[:at])
	}
	isArray := scan.isArray>>(scan.depth-1)&1 == 1
	isClosing := char == '}' && !isArray || char == ']' && isArray
	if !isClosing && char != ',' {
		return 0, 0, scan.fail(chunk[:at])
	}
	if scan.depth <= visitedDepth {
		if err := scan.visitor.valueEnds(at, scan.depth); err != nil {
			return 0, 0, err
		}
	}
	switch {
	case isClosing:
		return scan.close(), at + 1, nil
	case isArray:
		return atValue, at + 1, nil
	}
	return atKey, at + 1, nil
}

func (scan *scanner) open(isArray bool) error {
	if scan.depth == contract.Limits.MaxJSONDepth {
		return problem.New(problem.InvalidRequest, fmt.Sprintf(
			"The body must not nest arrays and objects deeper than %d levels.", contract.Limits.MaxJSONDepth))
	}
	bit := uint64(1) << scan.depth
	scan.isArray &^= bit
	if isArray {
		scan.isArray |= bit
	}
	scan.depth++
	return nil
}

func (scan *scanner) close() state {
	scan.depth--
	return afterValue
}

// fail says that the byte behind what was read of the chunk can't be there.
func (scan *scanner) fail(read []byte) error {
	scan.place.pass(read)
	return problem.New(problem.MalformedJSON, fmt.Sprintf("The body is not valid JSON, at position %d (line %d column %d).",
		scan.place.units, scan.place.line+1, scan.place.units-scan.place.lineStart+1))
}
