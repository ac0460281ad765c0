package validation

import (
	"bytes"
	"math"
	"strconv"
)

const (
	maxWholeDigits = 15
	maxPlaces      = 4
	// Decimals of so many digits are told apart by doubles, so that each is its own shortest form.
	exactDigits = 15
)

// checkDecimal says what is wrong with an amount in text; empty where nothing is.
func checkDecimal(text []byte) string {
	rest := text
	if len(rest) > 0 && rest[0] == '-' {
		rest = rest[1:]
	}
	whole := digitsAt(rest, 0)
	if whole == len(rest) && whole >= 1 && whole <= maxWholeDigits {
		return ""
	}
	places, end := 0, whole
	hasPoint := whole < len(rest) && rest[whole] == '.'
	if hasPoint {
		places = digitsAt(rest, whole+1)
		end = whole + 1 + places
	}
	if whole == 0 && places == 0 {
		return notDecimal
	}
	if end < len(rest) {
		if !isExponent(rest[end:]) {
			return notDecimal
		}
		return "must be written without an exponent, within 15 digits before the point and 4 after"
	}
	switch {
	case places > maxPlaces:
		return "must have at most 4 decimal places"
	case whole > maxWholeDigits:
		return "must have at most 15 digits before the point"
	case whole == 0 || hasPoint && places == 0:
		return notDecimal
	}
	return ""
}

const notDecimal = `must be a decimal such as "-12.34"`

func digitsAt(text []byte, from int) int {
	at := from
	for at < len(text) && isDigit(text[at]) {
		at++
	}
	return at - from
}

func isExponent(text []byte) bool {
	if text[0] != 'e' && text[0] != 'E' {
		return false
	}
	digits := text[1:]
	if len(digits) > 0 && (digits[0] == '+' || digits[0] == '-') {
		digits = digits[1:]
	}
	return len(digits) > 0 && digitsAt(digits, 0) == len(digits)
}

// appendNumber appends the shortest decimal form of a JSON number, as ECMA-262 has it (Number::toString), or says
// that it is not finite.
func appendNumber(out, literal []byte) (form []byte, isFinite bool) {
	if form, isDone := appendShortNumber(out, literal); isDone {
		return form, true
	}
	// A number beyond a double comes as an infinite one.
	number, _ := strconv.ParseFloat(string(literal), 64)
	if math.IsInf(number, 0) {
		return out, false
	}
	return appendDouble(out, number), true
}

func appendDouble(out []byte, number float64) []byte {
	size := math.Abs(number)
	if size == 0 {
		return append(out, '0')
	}
	if size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(out, number, 'f', -1, 64)
	}
	start := len(out)
	out = strconv.AppendFloat(out, number, 'e', -1, 64)
	// The exponent has no leading zero there.
	if mark := bytes.LastIndexByte(out[start:], 'e') + start; out[mark+2] == '0' {
		out = append(out[:mark+2], out[mark+3:]...)
	}
	return out
}

// appendShortNumber does without a double where the literal has few digits and no exponent: then only zeros at its end
// have to go.
func appendShortNumber(out, literal []byte) (form []byte, isDone bool) {
	if len(literal) > exactDigits {
		return out, false
	}
	point, lastPlace := -1, -1
	for at, char := range literal {
		switch {
		case char == '.':
			point = at
		case char == 'e' || char == 'E':
			return out, false
		case point >= 0 && char != '0':
			lastPlace = at
		}
	}
	end := len(literal)
	if point >= 0 {
		end = max(point, lastPlace+1)
	}
	short := literal[:end]
	// Beyond six zeros behind the point the form has an exponent.
	if bytes.HasPrefix(bytes.TrimPrefix(short, []byte("-")), []byte("0.000000")) {
		return out, false
	}
	if string(short) == "-0" {
		short = short[1:]
	}
	return append(out, short...), true
}
