package validation

// parseDate returns the first ten bytes of a date, or of a date-time, which is cut to its date as written without a
// shift between zones; nil for anything else. Dates are those of the proleptic Gregorian calendar from 0001-01-01 to
// 9999-12-31.
func parseDate(text []byte) []byte {
	if len(text) < 10 || !isCalendarDate(text[:10]) {
		return nil
	}
	if len(text) > 10 && !isTime(text[10:]) {
		return nil
	}
	return text[:10]
}

func isCalendarDate(text []byte) bool {
	if text[4] != '-' || text[7] != '-' {
		return false
	}
	century, years := twoDigits(text, 0), twoDigits(text, 2)
	month, day := twoDigits(text, 5), twoDigits(text, 8)
	if century < 0 || years < 0 {
		return false
	}
	year := century*100 + years
	return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// twoDigits is the number of two digits; negative for anything else.
func twoDigits(text []byte, at int) int {
	if at+2 > len(text) || !isDigit(text[at]) || !isDigit(text[at+1]) {
		return -1
	}
	return int(text[at]-'0')*10 + int(text[at+1]-'0')
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isTime tells whether it is T, hours and minutes; then perhaps seconds, which may have a fraction; then perhaps an offset.
func isTime(text []byte) bool {
	if text[0] != 'T' && text[0] != 't' && text[0] != ' ' {
		return false
	}
	if !isWithin(text, 1, 23) || len(text) < 6 || text[3] != ':' || !isWithin(text, 4, 59) {
		return false
	}
	rest := text[6:]
	if len(rest) > 0 && rest[0] == ':' {
		if !isWithin(rest, 1, 60) {
			return false
		}
		rest = rest[3:]
		if len(rest) > 0 && rest[0] == '.' {
			places := digitsAt(rest, 1)
			if places == 0 {
				return false
			}
			rest = rest[1+places:]
		}
	}
	return isOffset(rest)
}

func isOffset(text []byte) bool {
	switch {
	case len(text) == 0:
		return true
	case text[0] == 'Z' || text[0] == 'z':
		return len(text) == 1
	case text[0] != '+' && text[0] != '-' || !isWithin(text, 1, 23):
		return false
	}
	minutes := text[3:]
	if len(minutes) > 0 && minutes[0] == ':' {
		minutes = minutes[1:]
	}
	return len(minutes) == 2 && isWithin(minutes, 0, 59)
}

func isWithin(text []byte, at, most int) bool {
	number := twoDigits(text, at)
	return number >= 0 && number <= most
}
