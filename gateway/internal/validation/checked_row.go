package validation

import (
	"tallyflow/contract"
)

// checkedRow has the fields of a good row.
type checkedRow struct {
	rows *rows
	// The raw forms go into the record; they are the bytes of the body where these hold no escape.
	transactionID, account, amount, currency, date, merchantName, description field
	accountID                                                                 []byte
}

// field is a text in UTF-8.
type field struct {
	bytes []byte
	// needsEscapes is false for a text that can stand in JSON as it is.
	needsEscapes bool
}

// read checks a row. It is false for one that is not good.
func (checked *checkedRow) read(row *row) bool {
	isGood := checked.readID(&row.transactionID, &checked.transactionID) &&
		checked.readID(&row.accountID, &checked.account) &&
		checked.readAmount(&row.amount) &&
		checked.readCurrency(row) &&
		checked.readDate(&row.date)
	if !isGood {
		return false
	}
	checked.accountID = checked.account.bytes
	var name field
	if !checked.readText(&row.merchantName, &checked.merchantName) ||
		!checked.readText(&row.description, &checked.description) ||
		!checked.readText(&row.name, &name) {
		return false
	}
	if checked.description.bytes == nil {
		checked.description = name
	}
	return true
}

func (checked *checkedRow) readID(from *value, to *field) bool {
	if from.kind != stringValue {
		return false
	}
	text := checked.rows.decode(from)
	if text.idProblem() != "" {
		return false
	}
	*to = field{text.bytes, from.isEscaped}
	return true
}

// readText leaves out a text that is blank.
func (checked *checkedRow) readText(from *value, to *field) bool {
	if from.isNone() {
		return true
	}
	if from.kind != stringValue {
		return false
	}
	text := checked.rows.decode(from)
	if text.problem(contract.Limits.MaxTextCharacters) != "" {
		return false
	}
	if !isBlank(text.bytes) {
		*to = field{text.bytes, from.isEscaped}
	}
	return true
}

func (checked *checkedRow) readAmount(from *value) bool {
	switch from.kind {
	case stringValue:
		checked.amount.bytes = checked.rows.decode(from).bytes
	case numberValue:
		form, isFinite := checked.rows.number(from)
		if !isFinite {
			return false
		}
		checked.amount.bytes = form
	default:
		return false
	}
	return checkDecimal(checked.amount.bytes) == ""
}

// readCurrency reads both names of the currency: ours goes first.
func (checked *checkedRow) readCurrency(row *row) bool {
	for _, from := range []*value{&row.isoCurrency, &row.currency} {
		if from.isNone() {
			continue
		}
		if from.kind != stringValue {
			return false
		}
		code := checked.rows.decode(from).bytes
		if !contract.IsCurrency(string(code)) {
			return false
		}
		checked.currency.bytes = code
	}
	return checked.currency.bytes != nil
}

func (checked *checkedRow) readDate(from *value) bool {
	if from.kind != stringValue {
		return false
	}
	checked.date.bytes = parseDate(checked.rows.decode(from).bytes)
	return checked.date.bytes != nil
}

// append appends the row as records hold it.
func (checked *checkedRow) append(out []byte) []byte {
	out = append(out, `{"transaction_id":"`...)
	out = checked.transactionID.append(out)
	out = append(out, `","account_id":"`...)
	out = checked.account.append(out)
	out = append(out, `","amount":"`...)
	out = append(out, checked.amount.bytes...)
	out = append(out, `","currency":"`...)
	out = append(out, checked.currency.bytes...)
	out = append(out, `","date":"`...)
	out = append(out, checked.date.bytes...)
	if checked.merchantName.bytes != nil {
		out = append(out, `","merchant_name":"`...)
		out = checked.merchantName.append(out)
	}
	if checked.description.bytes != nil {
		out = append(out, `","description":"`...)
		out = checked.description.append(out)
	}
	return append(out, `"}`...)
}

func (field field) append(out []byte) []byte {
	if field.needsEscapes {
		return appendEscaped(out, field.bytes)
	}
	return append(out, field.bytes...)
}

// decode returns the content of a string, which lasts until the next row.
func (rows *rows) decode(value *value) text {
	if !value.isEscaped {
		return text{bytes: value.raw}
	}
	var content text
	content, rows.scratch = unescape(rows.scratch, value.raw)
	return content
}

// number returns the shortest form of a number, which lasts until the next row.
func (rows *rows) number(value *value) (form []byte, isFinite bool) {
	start := len(rows.scratch)
	rows.scratch, isFinite = appendNumber(rows.scratch, value.raw)
	return rows.scratch[start:], isFinite
}
