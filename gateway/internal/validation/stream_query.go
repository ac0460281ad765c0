package validation

import (
	"math"
	"strconv"
	"strings"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// StreamQuery has the members that the lines of a stream have no place for.
type StreamQuery struct {
	RequestID *string
	// Total is the number of rows that the client has announced; nil where it has not.
	Total *int64
}

// maxParameters bounds the work; parameters beyond are not read.
const maxParameters = 1_000

// ReadStreamQuery reads the query of a stream. Both parameters may be left out, and neither may come twice.
func ReadStreamQuery(query string) (StreamQuery, error) {
	var result StreamQuery
	var requestIDBad string
	totalBad := 0
	ids, totals := parameters(query)
	switch len(ids) {
	case 0:
	case 1:
		content := text{bytes: []byte(ids[0]), hasNUL: strings.ContainsRune(ids[0], 0)}
		requestIDBad = content.problem(contract.Limits.MaxIDCharacters)
		result.RequestID = &ids[0]
	default:
		requestIDBad = mustBeString
	}
	switch len(totals) {
	case 0:
	case 1:
		result.Total, totalBad = wholeNumber(coerceNumber(totals[0]))
	default:
		totalBad = 1
	}
	if errors := headErrors(requestIDBad, totalBad); len(errors) > 0 {
		return StreamQuery{}, problem.WithErrors(problem.InvalidRequest, "The query is not valid.", errors...)
	}
	return result, nil
}

func parameters(query string) (ids, totals []string) {
	count := 0
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		if count++; count > maxParameters {
			break
		}
		name, value, _ := strings.Cut(pair, "=")
		switch unescapeQuery(name) {
		case requestIDKey:
			ids = append(ids, unescapeQuery(value))
		case totalKey:
			totals = append(totals, unescapeQuery(value))
		}
	}
	return ids, totals
}

// unescapeQuery reads what is percent-encoded. A percent sign that begins no escape stands for itself.
func unescapeQuery(part string) string {
	var out strings.Builder
	for at := 0; at < len(part); at++ {
		switch char := part[at]; {
		case char == '+':
			out.WriteByte(' ')
		case char == '%' && at+2 < len(part) && isHexDigit(part[at+1]) && isHexDigit(part[at+2]):
			out.WriteByte(byte(hexUnit([]byte{'0', '0', part[at+1], part[at+2]})))
			at += 2
		default:
			out.WriteByte(char)
		}
	}
	return string([]rune(out.String()))
}

// coerceNumber reads a number as ECMA-262 does (StringToNumber); NaN for a text that is none.
func coerceNumber(given string) float64 {
	digits := strings.TrimFunc(given, func(char rune) bool { return isBlank([]byte(string(char))) })
	if digits == "" {
		return 0
	}
	if len(digits) > 2 && digits[0] == '0' && strings.ContainsAny(digits[1:2], "xXoObB") {
		number, err := strconv.ParseUint(digits, 0, 64)
		if err != nil || strings.Contains(digits, "_") {
			return math.NaN()
		}
		return float64(number)
	}
	unsigned := strings.TrimLeft(digits[:1], "+-") + digits[1:]
	if !isDecimal([]byte(unsigned)) {
		return math.NaN()
	}
	number, _ := strconv.ParseFloat(digits, 64)
	return number
}

// isDecimal tells whether it is digits with a point among them or not, and perhaps an exponent.
func isDecimal(digits []byte) bool {
	whole := digitsAt(digits, 0)
	end, places := whole, 0
	if whole < len(digits) && digits[whole] == '.' {
		places = digitsAt(digits, whole+1)
		end += 1 + places
	}
	return whole+places > 0 && (end == len(digits) || isExponent(digits[end:]))
}
