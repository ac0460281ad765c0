package validation

import (
	"bytes"
	"fmt"
	"testing"
)

// nowhere is a sink that drops its rows.
type nowhere struct{}

func (nowhere) Write([]byte, int) error { return nil }
func (nowhere) Reset()                  {}

func plainRows(count int) [][]byte {
	rows := make([][]byte, count)
	for index := range rows {
		rows[index] = fmt.Appendf(nil, `{"transaction_id":"t-%d","account_id":"acc-%d","amount":"-42.10","currency":"USD",`+
			`"date":"2026-01-31","merchant_name":"WALMART #123","description":"POS PURCHASE 0423"}`, index, index%50)
	}
	return rows
}

func BenchmarkJSON(b *testing.B) {
	for _, count := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			body := append([]byte(`{"transactions":[`), bytes.Join(plainRows(count), []byte(","))...)
			body = append(body, "]}"...)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ReadJSON(bytes.NewReader(body), count, nil, nowhere{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLines(b *testing.B) {
	body := bytes.Join(plainRows(10_000), []byte("\n"))
	options := LinesOptions{MaxRows: 10_000, OnRows: func(int) {}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadLines(bytes.NewReader(body), nowhere{}, options); err != nil {
			b.Fatal(err)
		}
	}
}
