package validation

// kind is what a client sent for a field.
type kind uint8

const (
	missing kind = iota
	null
	stringValue
	numberValue
	otherValue
)

// value is a field as it was sent.
type value struct {
	// raw is the content of a string, without its quotes, or the literal of a number.
	raw       []byte
	kind      kind
	isEscaped bool
}

// isNone tells whether the field was left out, or null.
func (value *value) isNone() bool { return value.kind <= null }

// row has the fields of a transaction that are read. Of a key that comes twice the last value counts.
type row struct {
	transactionID, accountID, amount, currency, isoCurrency, date, merchantName, description, name value
}

// field returns the place of a field that is known; names are matched letter by letter.
func (row *row) field(name []byte) *value {
	switch string(name) {
	case "transaction_id":
		return &row.transactionID
	case "account_id":
		return &row.accountID
	case "amount":
		return &row.amount
	case "currency":
		return &row.currency
	case "iso_currency_code":
		return &row.isoCurrency
	case "date":
		return &row.date
	case "merchant_name":
		return &row.merchantName
	case "description":
		return &row.description
	case "name":
		return &row.name
	}
	return nil
}

// The longest name of a field, with each of its letters an escape.
const maxEscapedNameBytes = 6 * len("iso_currency_code")

// parseRow reads the JSON object at the start of UTF-8, and returns the index behind it, or -1 where the bytes are no
// whole object of at most so many levels: then another one has to say what is wrong.
func parseRow(data []byte, levels int, row *row) int {
	if len(data) == 0 || data[0] != '{' {
		return -1
	}
	at := skipSpace(data, 1)
	if at < len(data) && data[at] == '}' {
		return at + 1
	}
	for {
		if at >= len(data) || data[at] != '"' {
			return -1
		}
		name, isEscaped, end := readString(data, at+1)
		if end < 0 {
			return -1
		}
		if at = skipSpace(data, end); at >= len(data) || data[at] != ':' {
			return -1
		}
		at = skipSpace(data, at+1)
		if at = readValue(data, at, levels-1, fieldOf(row, name, isEscaped)); at < 0 {
			return -1
		}
		if at = skipSpace(data, at); at >= len(data) {
			return -1
		}
		switch data[at] {
		case '}':
			return at + 1
		case ',':
			at = skipSpace(data, at+1)
		default:
			return -1
		}
	}
}

func fieldOf(row *row, name []byte, isEscaped bool) *value {
	if !isEscaped {
		return row.field(name)
	}
	if len(name) > maxEscapedNameBytes {
		return nil
	}
	var scratch [maxEscapedNameBytes]byte
	content, _ := unescape(scratch[:0], name)
	return row.field(content.bytes)
}

// readValue reads a value into a field, which is nil where the value is not needed.
func readValue(data []byte, at, levels int, field *value) int {
	if at >= len(data) {
		return -1
	}
	if data[at] == '"' {
		raw, isEscaped, end := readString(data, at+1)
		if field != nil {
			*field = value{raw: raw, kind: stringValue, isEscaped: isEscaped}
		}
		return end
	}
	end := skipValue(data, at, levels)
	if field == nil || end < 0 {
		return end
	}
	switch first := data[at]; {
	case first == 'n':
		*field = value{kind: null}
	case first == '-' || isDigit(first):
		*field = value{raw: data[at:end], kind: numberValue}
	default:
		*field = value{kind: otherValue}
	}
	return end
}

// skipValue returns the index behind a value, or -1 where it is none, is not whole, or has more levels.
func skipValue(data []byte, at, levels int) int {
	if at >= len(data) {
		return -1
	}
	switch data[at] {
	case '"':
		_, _, end := readString(data, at+1)
		return end
	case '{':
		return skipMembers(data, at, levels, '}')
	case '[':
		return skipMembers(data, at, levels, ']')
	case 't':
		return skipLiteral(data, at, "true")
	case 'f':
		return skipLiteral(data, at, "false")
	case 'n':
		return skipLiteral(data, at, "null")
	}
	return skipNumber(data, at)
}

func skipMembers(data []byte, at, levels int, closing byte) int {
	if levels == 0 {
		return -1
	}
	at = skipSpace(data, at+1)
	if at < len(data) && data[at] == closing {
		return at + 1
	}
	for {
		if closing == '}' {
			if at >= len(data) || data[at] != '"' {
				return -1
			}
			_, _, end := readString(data, at+1)
			if end < 0 {
				return -1
			}
			if at = skipSpace(data, end); at >= len(data) || data[at] != ':' {
				return -1
			}
			at = skipSpace(data, at+1)
		}
		if at = skipValue(data, at, levels-1); at < 0 {
			return -1
		}
		if at = skipSpace(data, at); at >= len(data) {
			return -1
		}
		switch data[at] {
		case closing:
			return at + 1
		case ',':
			at = skipSpace(data, at+1)
		default:
			return -1
		}
	}
}

func skipLiteral(data []byte, at int, literal string) int {
	if end := at + len(literal); end <= len(data) && string(data[at:end]) == literal {
		return end
	}
	return -1
}

func skipNumber(data []byte, at int) int {
	if data[at] == '-' {
		at++
	}
	whole := digitsAt(data, at)
	if whole == 0 || whole > 1 && data[at] == '0' {
		return -1
	}
	at += whole
	if at < len(data) && data[at] == '.' {
		places := digitsAt(data, at+1)
		if places == 0 {
			return -1
		}
		at += 1 + places
	}
	if at < len(data) && (data[at] == 'e' || data[at] == 'E') {
		at++
		if at < len(data) && (data[at] == '+' || data[at] == '-') {
			at++
		}
		digits := digitsAt(data, at)
		if digits == 0 {
			return -1
		}
		at += digits
	}
	return at
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return at
}

func isSpace(char byte) bool { return char == ' ' || char == '\n' || char == '\t' || char == '\r' }

func isDigit(char byte) bool { return char >= '0' && char <= '9' }

func isHexDigit(char byte) bool {
	return isDigit(char) || char >= 'a' && char <= 'f' || char >= 'A' && char <= 'F'
}
