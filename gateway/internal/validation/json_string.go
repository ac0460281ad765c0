package validation

// readString returns the content of the string behind its opening quote, and the index behind its closing one, or -1.
func readString(data []byte, from int) (content []byte, isEscaped bool, end int) {
	at := from
	for {
		for at < len(data) && isPlain[data[at]] {
			at++
		}
		if at >= len(data) {
			return nil, false, -1
		}
		switch data[at] {
		case '"':
			return data[from:at], isEscaped, at + 1
		case '\\':
			isEscaped = true
			if at = skipEscape(data, at+1); at < 0 {
				return nil, false, -1
			}
		default:
			return nil, false, -1
		}
	}
}

func skipEscape(data []byte, at int) int {
	if at >= len(data) {
		return -1
	}
	if data[at] != 'u' {
		if simpleEscapes[data[at]] == 0 {
			return -1
		}
		return at + 1
	}
	if at+5 > len(data) {
		return -1
	}
	for _, digit := range data[at+1 : at+5] {
		if !isHexDigit(digit) {
			return -1
		}
	}
	return at + 5
}

// isPlain is true for the bytes that a string holds as they are. A look into a table takes half as long as comparisons.
var isPlain = func() (plain [256]bool) {
	for char := range plain {
		plain[char] = char >= 0x20 && char != '"' && char != '\\'
	}
	return plain
}()
