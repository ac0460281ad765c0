package validation

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzRows accepts as rows what encoding/json accepts as objects, and reads the same of them.
func FuzzRows(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"transaction_id":"a\u0041\ud83d\ude00"}`, `{"amount":-1.5e3,"amount":null}`, `{"name":[{}],"x":{"y":[true]}}`,
		`{"currency":"USD"} `, `{"a":01}`, `{"a":"\x"}`, `{"date":"2026-01-31",}`, "{\"a\":\"\t\"}", `[]`, `nul`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) || isDeeperThan(data, 32) {
			return
		}
		var row row
		at := skipSpace(data, 0)
		end := parseRow(data[at:], 32, &row)
		isWhole := end >= 0 && skipSpace(data, at+end) == len(data)
		isObject := json.Valid(data) && strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{")
		if isWhole != isObject {
			t.Fatalf("%q is taken for a row: %v, and is one: %v", data, isWhole, isObject)
		}
		if isWhole {
			compareFields(t, data, &row)
		}
	})
}

func compareFields(t *testing.T, data []byte, row *row) {
	t.Helper()
	// A map matches names letter by letter, which fields of a struct do not.
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for name, raw := range fields {
		field := row.field([]byte(name))
		// Names with a lone surrogate may come to the same name.
		if field == nil || strings.ContainsRune(name, utf8.RuneError) {
			continue
		}
		var expected string
		switch raw = bytes.TrimSpace(raw); field.kind {
		case stringValue:
			if err := json.Unmarshal(raw, &expected); err != nil {
				t.Fatal(err)
			}
			if found := string(field.decode().bytes); found != expected {
				t.Errorf("%s of %q is %q, expected %q", name, data, found, expected)
			}
		case numberValue:
			if string(field.raw) != string(raw) {
				t.Errorf("%s of %q is %q, expected %q", name, data, field.raw, raw)
			}
		case null:
			if string(raw) != "null" {
				t.Errorf("%s of %q is null, expected %s", name, data, raw)
			}
		case otherValue:
			if !strings.ContainsRune("[{tf", rune(raw[0])) {
				t.Errorf("%s of %q is no text, number or null, expected %s", name, data, raw)
			}
		case missing:
			t.Errorf("%s of %q is missing", name, data)
		}
	}
}

// FuzzBodies accepts as JSON what encoding/json accepts, wherever the bytes are cut.
func FuzzBodies(f *testing.F) {
	for _, text := range []string{`{"transactions":[{"a":1} , 2 ]}`, `[1.5e-3,"\u00e9",true]`, `{"a":{"b":[null]}}`, `{`, `1 2`, `-`} {
		f.Add([]byte(text), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 || !utf8.Valid(data) || bytes.HasPrefix(data, byteOrderMark) || isDeeperThan(data, 32) {
			return
		}
		batch := &jsonBatch{maxRows: 1_000_000, rows: newRows(nil), from: -1, output: output{sink: &collected{}}}
		scan := &scanner{visitor: batch}
		err := func() error {
			for rest := data; len(rest) > 0; {
				batch.chunk = rest[:min(size, len(rest))]
				rest = rest[len(batch.chunk):]
				if err := scan.push(batch.chunk); err != nil {
					return err
				}
				if err := batch.endChunk(); err != nil {
					return err
				}
			}
			return scan.end()
		}()
		if (err == nil) != json.Valid(data) {
			t.Errorf("%q is read with %v", data, err)
		}
	})
}
