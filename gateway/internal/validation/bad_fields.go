package validation

import "tallyflow/contract"

const (
	isRequired       = "is required"
	mustBeString     = "must be a string"
	mustBeTextOrNull = "must be a string or null"
	mustBeCurrency   = `must be an ISO 4217 code such as "USD"`
	mustBeDate       = "must be a calendar date YYYY-MM-DD, or an RFC 3339 date-time"
	mustBeAmount     = `must be a decimal string such as "-12.34", or a number`
	mustBeFinite     = "must be a finite number"
)

// badFields says what is wrong with a row, of all fields at once and in the order of the contract.
func badFields(row *row) []badField {
	var bad []badField
	add := func(name, detail string) {
		if detail != "" {
			bad = append(bad, badField{"/" + name, detail})
		}
	}
	add("transaction_id", idProblem(&row.transactionID))
	add("account_id", idProblem(&row.accountID))
	add("amount", amountProblem(&row.amount))
	add("currency", currencyProblem(&row.currency))
	add("iso_currency_code", currencyProblem(&row.isoCurrency))
	add("date", dateProblem(&row.date))
	add("merchant_name", textProblem(&row.merchantName))
	add("description", textProblem(&row.description))
	add("name", textProblem(&row.name))
	if row.currency.isNone() && row.isoCurrency.isNone() {
		add("currency", isRequired)
	}
	return bad
}

func idProblem(value *value) string {
	switch value.kind {
	case missing:
		return isRequired
	case stringValue:
		return value.decode().idProblem()
	}
	return mustBeString
}

func amountProblem(value *value) string {
	switch value.kind {
	case missing:
		return isRequired
	case stringValue:
		return checkDecimal(value.decode().bytes)
	case numberValue:
		form, isFinite := appendNumber(nil, value.raw)
		if !isFinite {
			return mustBeFinite
		}
		return checkDecimal(form)
	}
	return mustBeAmount
}

func currencyProblem(value *value) string {
	switch value.kind {
	case missing, null:
		return ""
	case stringValue:
		if contract.IsCurrency(string(value.decode().bytes)) {
			return ""
		}
		return mustBeCurrency
	}
	return mustBeString
}

func dateProblem(value *value) string {
	switch value.kind {
	case missing:
		return isRequired
	case stringValue:
		if parseDate(value.decode().bytes) != nil {
			return ""
		}
		return mustBeDate
	}
	return mustBeString
}

func textProblem(value *value) string {
	switch value.kind {
	case missing, null:
		return ""
	case stringValue:
		return value.decode().problem(contract.Limits.MaxTextCharacters)
	}
	return mustBeTextOrNull
}

// decode returns the content of a string. It takes memory, which good rows do without.
func (value *value) decode() text {
	if !value.isEscaped {
		return text{bytes: value.raw}
	}
	content, _ := unescape(nil, value.raw)
	return content
}
