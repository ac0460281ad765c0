package validation

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"tallyflow/contract"
)

// repeated gives the head, then the same piece so many times with commas or newlines in between, and then the tail.
func repeated(head, piece, between, tail string, count int) io.Reader {
	last := count - 1
	readers := []io.Reader{bytes.NewReader([]byte(head))}
	part := []byte(piece + between)
	readers = append(readers, &loop{piece: part, left: last})
	return io.MultiReader(append(readers, bytes.NewReader([]byte(piece+tail)))...)
}

type loop struct {
	piece    []byte
	at, left int
}

func (loop *loop) Read(buffer []byte) (int, error) {
	total := 0
	for total < len(buffer) && loop.left > 0 {
		read := copy(buffer[total:], loop.piece[loop.at:])
		total += read
		if loop.at += read; loop.at == len(loop.piece) {
			loop.at = 0
			loop.left--
		}
	}
	if total == 0 {
		return 0, io.EOF
	}
	return total, nil
}

// allocatedBy is how many bytes the work takes in all, also those that were collected since.
func allocatedBy(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestABodyOfAnySizeTakesLittleMemory(t *testing.T) {
	const count, most = 200_000, 2 << 20
	plain := string(plainRows(1)[0])
	escaped := `{"transaction_id":"t\u002d1","account_id":"a","amount":1.50,"currency":"USD","date":"2026-01-31","name":"\u00e9\n"}`
	read := map[string]func() (int, error){
		"a stream": func() (int, error) {
			return ReadLines(repeated("", plain, "\n", "", count), nowhere{}, LinesOptions{MaxRows: count, OnRows: func(int) {}})
		},
		"JSON": func() (int, error) {
			batch, err := ReadJSON(repeated(`{"transactions":[`, escaped, ",", "]}", count), count, nil, nowhere{})
			return batch.RowCount, err
		},
	}
	for name, read := range read {
		allocated := allocatedBy(func() {
			if found, err := read(); err != nil || found != count {
				t.Errorf("%s has %d rows, %v", name, found, err)
			}
		})
		if allocated > most {
			t.Errorf("%s takes %d bytes", name, allocated)
		}
	}
}

func TestBadRowsTakeLittleMemory(t *testing.T) {
	const count = 100_000
	allocated := allocatedBy(func() {
		_, err := ReadLines(repeated("", "[", "\n", "", count), nowhere{}, LinesOptions{MaxRows: count, OnRows: func(int) {}})
		if err == nil {
			t.Error("is accepted")
		}
	})
	if most := uint64(count * 200); allocated > most {
		t.Errorf("takes %d bytes", allocated)
	}
}

func TestTheLimitsOfParts(t *testing.T) {
	row := func(size int) string {
		row := string(plainRows(1)[0])
		return row[:len(row)-1] + fmt.Sprintf(`,"extra":"%0*d"}`, size-len(row)-len(`,"extra":""`), 0)
	}
	limits := contract.Limits
	for name, example := range map[string]struct {
		body    string
		isWrong bool
	}{
		"a row of the limit":               {`{"transactions":[` + row(limits.MaxRowBytes) + `,` + row(300) + `]}`, false},
		"a row with a byte more":           {`{"transactions":[` + row(limits.MaxRowBytes+1) + `]}`, true},
		"a request id that is too long":    {fmt.Sprintf(`{"request_id":"%0*d","transactions":[1]}`, limits.MaxScalarBytes-1, 0), true},
		"white space between rows":         {`{"transactions":[` + row(300) + `,` + fmt.Sprintf("%*s", 400_000, "") + row(300) + `]}`, false},
		"white space behind a row":         {`{"transactions":[` + row(300) + fmt.Sprintf("%*s", 400_000, "") + `]}`, true},
		"anything else of any size":        {fmt.Sprintf(`{"%0*d":["%0*d"],"transactions":[`, 400_000, 0, 400_000, 0) + row(300) + `]}`, false},
		"a key twice, of which one counts": {`{"transactions":[1,2],"transactions":[` + row(300) + `]}`, false},
	} {
		for _, size := range []int{1_000, 1 << 20} {
			reader := &pieces{data: []byte(example.body), size: size}
			batch, err := ReadJSON(reader, 2, nil, nowhere{})
			if (err != nil) != example.isWrong {
				t.Errorf("%s: %d rows, %v", name, batch.RowCount, err)
			}
		}
	}
	for _, extra := range []int{0, 1} {
		_, err := ReadLines(&pieces{data: []byte(row(limits.MaxRowBytes + extra)), size: 1_000}, nowhere{},
			LinesOptions{MaxRows: 2, OnRows: func(int) {}})
		if (err != nil) != (extra > 0) {
			t.Errorf("a line of the limit and %d bytes: %v", extra, err)
		}
	}
	blank := limits.MaxSpareBlankLines
	for _, extra := range []int{0, 1} {
		lines := append(bytes.Repeat([]byte("\n"), blank+1+extra), row(300)...)
		_, err := ReadLines(bytes.NewReader(append(append([]byte(row(300)), '\n'), lines...)), nowhere{},
			LinesOptions{MaxRows: 2, OnRows: func(int) {}})
		if (err != nil) != (extra > 0) {
			t.Errorf("%d blank lines and %d: %v", blank+1, extra, err)
		}
	}
}

// pieces gives the data in pieces of this size.
type pieces struct {
	data []byte
	size int
}

func (pieces *pieces) Read(buffer []byte) (int, error) {
	if len(pieces.data) == 0 {
		return 0, io.EOF
	}
	read := copy(buffer[:min(pieces.size, len(buffer))], pieces.data)
	pieces.data = pieces.data[read:]
	return read, nil
}
