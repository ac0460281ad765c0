package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/waittest"
)

// wideRow is so large that a part has two of them.
func wideRow(number int) []byte {
	return fmt.Appendf(nil, `{"n":%d,"d":"%s"}`, number, strings.Repeat("x", 400_000))
}

func begin(t *testing.T, writer *Writer, key *apikeys.Key, rows int) *Upload {
	t.Helper()
	upload, err := writer.Begin("0199-batch", key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(upload.Discard)
	for number := range rows {
		if err := upload.Write(t.Context(), wideRow(number), 1); err != nil {
			t.Fatal(err)
		}
	}
	return upload
}

type part struct {
	Version      int
	Part         int
	Transactions []struct{ N int }
}

type completing struct {
	Version          int
	RequestID        *string `json:"request_id"`
	TransactionCount int     `json:"transaction_count"`
	Parts            partRange
	Transactions     any
}

func parse[Value any](t *testing.T, text []byte) (value Value) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestWritesALargeBatchAsPartsAndThenOneRecord(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	upload := begin(t, writer, acme, 5)
	expectEqual(t, broker.count(batchesTopic), 0)
	if err := upload.Commit(t.Context(), Envelope{}); err != nil {
		t.Fatal(err)
	}
	records := broker.readParts(3)
	numbers := []int{}
	for index, record := range records {
		read := parse[part](t, record.Value)
		expectEqual(t, []int{read.Version, read.Part}, []int{1, index})
		for _, row := range read.Transactions {
			numbers = append(numbers, row.N)
		}
	}
	expectEqual(t, numbers, []int{0, 1, 2, 3, 4})
	batch := parse[completing](t, broker.read(batchesTopic, 1)[0].Value)
	expectEqual(t, batch, completing{
		Version:          1,
		TransactionCount: 5,
		Parts: partRange{
			string(records[0].Key), records[0].Partition, records[0].Offset, records[2].Offset, 3,
		},
	})
	waittest.Until(t, func() bool { return writer.budget.bufferedBytes() == 0 })
}

func TestWritesNoRecordForALargeBatchThatIsGivenUp(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	begin(t, writer, acme, 5).Discard()
	broker.readParts(2)
	waittest.Until(t, func() bool { return writer.budget.bufferedBytes() == 0 })
	expectEqual(t, broker.count(batchesTopic), 0)
}

func TestForgetsTheRowsBeforeAReset(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	upload := begin(t, writer, acme, 5)
	upload.Reset()
	if err := upload.Write(t.Context(), []byte(`{"n":9}`), 1); err != nil {
		t.Fatal(err)
	}
	if err := upload.Commit(t.Context(), Envelope{}); err != nil {
		t.Fatal(err)
	}
	expectEqual(t, string(broker.read(batchesTopic, 1)[0].Value),
		`{"version":1,"transactions":[{"n":9}],"request_id":null}`)
}

func TestWritesNoRecordWhereAPartWasRefused(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	upload := begin(t, writer, acme, 2)
	broker.cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		return refusal(request, kerr.TopicAuthorizationFailed), nil, true
	})
	var err error
	for number := 2; err == nil && number < 4; number++ {
		err = upload.Write(t.Context(), wideRow(number), 1)
	}
	if err == nil {
		err = upload.Commit(t.Context(), Envelope{})
	}
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	upload.Discard()
	waittest.Until(t, writer.Up)
	expectEqual(t, broker.count(batchesTopic), 0)
}

func TestSaysThatNothingIsStoredWhereAPartGotNoAnswer(t *testing.T) {
	broker := startBroker(t)
	writer := startPatientWriter(t, broker)
	broker.ignore(kmsg.Produce)
	err := begin(t, writer, acme, 3).Commit(t.Context(), Envelope{})
	if !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrUnconfirmed) {
		t.Fatalf("got %v", err)
	}
}

func TestHoldsNoMoreMemoryThanIsTakenOfTheBuffers(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	upload := begin(t, writer, acme, 0)
	for number := range 60 {
		row := wideRow(number)
		if number%10 != 0 {
			row = row[:20_000]
		}
		if err := upload.Write(t.Context(), row, 1); err != nil {
			t.Fatal(err)
		}
		if upload.parts != nil {
			if err := upload.parts.settle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if taken := writer.budget.bufferedBytes(); cap(upload.rows) != taken {
			t.Fatalf("at row %d it holds %d bytes, and has taken %d", number, cap(upload.rows), taken)
		}
	}
}

func TestUploadsOfOneBatchHavePartsOfTheirOwn(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	for range 2 {
		if err := begin(t, writer, acme, 3).Commit(t.Context(), Envelope{}); err != nil {
			t.Fatal(err)
		}
	}
	keys := []string{}
	for _, record := range broker.readParts(4) {
		keys = append(keys, string(record.Key))
	}
	slices.Sort(keys)
	expectEqual(t, len(slices.Compact(keys)), 2)
}

func TestAKeyThatFillsTheBuffersLeavesRoomForOthers(t *testing.T) {
	broker := startBroker(t)
	writer := newTestWriter(t, broker, 2_000_000)
	waittest.Until(t, writer.Up)
	// Each holds one row, and goes on when its client does.
	for range 2 {
		begin(t, writer, acme, 1)
	}
	upload, err := writer.Begin("0199-batch", acme)
	if err != nil {
		t.Fatal(err)
	}
	if err := upload.Write(t.Context(), wideRow(0), 1); !errors.Is(err, ErrShare) {
		t.Fatalf("got %v", err)
	}
	rotated, err := writer.Begin("0199-batch", &apikeys.Key{ID: acme.ID + 1, LineageID: acme.LineageID})
	if err != nil {
		t.Fatal(err)
	}
	if err := rotated.Write(t.Context(), wideRow(0), 1); !errors.Is(err, ErrShare) {
		t.Fatalf("got %v for the key that follows it", err)
	}
	other := begin(t, writer, &apikeys.Key{ID: 8, LineageID: 8}, 1)
	if err := other.Commit(t.Context(), Envelope{}); err != nil {
		t.Fatal(err)
	}
}

func TestALargeBatchGoesOnInSmallPartsWhereThereIsLittleRoom(t *testing.T) {
	broker := startBroker(t)
	writer := newTestWriter(t, broker, 1_000_000)
	waittest.Until(t, writer.Up)
	if err := begin(t, writer, acme, 5).Commit(t.Context(), Envelope{}); err != nil {
		t.Fatal(err)
	}
	broker.readParts(5)
}
