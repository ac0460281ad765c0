package validation

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The corpus has JSON numbers, each with its shortest decimal form as Node writes it.
func TestNumbersHaveTheirShortestDecimalForm(t *testing.T) {
	file, err := os.ReadFile("testdata/numbers.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		literal, expected, _ := strings.Cut(strings.TrimSpace(line), " ")
		form, isFinite := appendNumber(nil, []byte(literal))
		if !isFinite {
			form = []byte("Infinity")
			if literal[0] == '-' {
				form = []byte("-Infinity")
			}
		}
		if string(form) != expected {
			t.Errorf("%s is written as %s, expected %s", literal, form, expected)
		}
	}
}

func TestAmountsInText(t *testing.T) {
	for text, expected := range map[string]string{
		"-42.10":               "",
		"0":                    "",
		"-0.0001":              "",
		"999999999999999.9999": "",
		"1.00000":              "must have at most 4 decimal places",
		"1000000000000000":     "must have at most 15 digits before the point",
		"1e2":                  "must be written without an exponent, within 15 digits before the point and 4 after",
		"5.e3":                 "must be written without an exponent, within 15 digits before the point and 4 after",
		"":                     notDecimal,
		"-":                    notDecimal,
		"+1":                   notDecimal,
		".5":                   notDecimal,
		"5.":                   notDecimal,
		"1,50":                 notDecimal,
		" 1":                   notDecimal,
		"1\n":                  notDecimal,
		"0x10":                 notDecimal,
		"1.2.3":                notDecimal,
		"1e":                   notDecimal,
		"١٢":                   notDecimal,
	} {
		if found := checkDecimal([]byte(text)); found != expected {
			t.Errorf("%q: %q, expected %q", text, found, expected)
		}
	}
}

// FuzzNumbers holds the short way to the form of a number against the long one.
func FuzzNumbers(f *testing.F) {
	for _, literal := range []string{"0", "-0.0", "12.340", "0.0000001", "0.000001", "123456789012345", "1e5"} {
		f.Add(literal)
	}
	f.Fuzz(func(t *testing.T, literal string) {
		var number float64
		if skipNumberWhole(literal) != len(literal) || json.Unmarshal([]byte(literal), &number) != nil {
			return
		}
		form, isFinite := appendNumber(nil, []byte(literal))
		if expected := appendDouble(nil, number); !isFinite || string(form) != string(expected) {
			t.Errorf("%s is written as %s, expected %s", literal, form, expected)
		}
	})
}

func skipNumberWhole(literal string) int {
	if literal == "" {
		return -1
	}
	return skipNumber([]byte(literal), 0)
}
