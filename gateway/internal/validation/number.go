package validation

// afterDigits is the state that a byte behind digits leads to: another part of the number, or whatever may follow it.
func afterDigits(from state, char byte) state {
	switch {
	case char == '.' && (from == inInteger || from == afterLeadingZero):
		return afterPoint
	case (char == 'e' || char == 'E') && from != inExponent:
		return afterExponentLetter
	}
	return afterValue
}

// withinNumber is the state that a byte leads to where a number cannot end yet.
func withinNumber(from state, char byte) (next state, isNumber bool) {
	if from == afterExponentLetter && (char == '-' || char == '+') {
		return afterExponentSign, true
	}
	if !isDigit(char) {
		return 0, false
	}
	switch {
	case from == afterMinus && char == '0':
		return afterLeadingZero, true
	case from == afterMinus:
		return inInteger, true
	case from == afterPoint:
		return inFraction, true
	}
	return inExponent, true
}
