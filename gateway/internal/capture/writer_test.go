package capture

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/waittest"
)

var acme = &apikeys.Key{ID: 7, LineageID: 3}

func commit(writer *Writer, key *apikeys.Key, rows string) error {
	upload, err := writer.Begin("0199-batch", key)
	if err != nil {
		return err
	}
	defer upload.Discard()
	if err := upload.Write(context.Background(), []byte(rows), 1); err != nil {
		return err
	}
	return upload.Commit(context.Background(), Envelope{})
}

func TestWritesASmallBatchAsOneRecord(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	key := &apikeys.Key{ID: 7, LineageID: 3, AccountPrefixes: []string{"a"}}
	upload, err := writer.Begin("0199-batch", key)
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range []string{`{"a":1},{"a":2}`, `{"a":3}`} {
		if err := upload.Write(t.Context(), []byte(rows), 1); err != nil {
			t.Fatal(err)
		}
	}
	requestID := `request "1"`
	if err := upload.Commit(t.Context(), Envelope{&requestID, []byte{0xab, 0x01}}); err != nil {
		t.Fatal(err)
	}
	upload.Discard()

	record := broker.read(batchesTopic, 1)[0]
	want := `{"version":1,"transactions":[{"a":1},{"a":2},{"a":3}],"request_id":"request \"1\""}`
	if string(record.Value) != want {
		t.Errorf("value is %s", record.Value)
	}
	if string(record.Key) != "0199-batch" {
		t.Errorf("key is %s", record.Key)
	}
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	if _, err := time.Parse(time.RFC3339, headers["accepted-at"]); err != nil {
		t.Error(err)
	}
	delete(headers, "accepted-at")
	expectEqual(t, headers, map[string]string{
		"api-key-id": "7", "lineage-id": "3", "bound": "1", "request-hash": "ab01",
	})
	expectEqual(t, writer.budget.bufferedBytes(), 0)
}

func TestLeavesOutTheHeadersThatDoNotApply(t *testing.T) {
	broker := startBroker(t)
	if err := commit(startWriter(t, broker), acme, `{}`); err != nil {
		t.Fatal(err)
	}
	for _, header := range broker.read(batchesTopic, 1)[0].Headers {
		switch header.Key {
		case "bound", "request-hash", "traceparent":
			t.Errorf("has the header %s", header.Key)
		}
	}
}

func TestDoesNotSucceedBeforeKafkaAcknowledges(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	asked, acknowledge := make(chan struct{}), make(chan struct{})
	broker.cluster.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		close(asked)
		broker.cluster.SleepControl(func() { <-acknowledge })
		return nil, nil, false
	})
	committed := make(chan error, 1)
	go func() { committed <- commit(writer, acme, `{}`) }()
	<-asked
	select {
	case err := <-committed:
		t.Fatalf("ended too early, with %v", err)
	default:
	}
	close(acknowledge)
	if err := <-committed; err != nil {
		t.Fatal(err)
	}
}

func TestSaysThatABatchIsUnconfirmedWhereNoAnswerComes(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	broker.ignore(kmsg.Produce)
	if err := commit(writer, acme, `{}`); !errors.Is(err, ErrUnconfirmed) {
		t.Fatalf("got %v", err)
	}
}

func TestSaysThatABatchIsUnconfirmedWhateverEndsItsRecord(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	// The client gives up with the same error where an earlier try of the record was written.
	broker.refuse(kerr.TopicAuthorizationFailed)
	err := commit(writer, acme, `{}`)
	if !errors.Is(err, ErrUnconfirmed) || !errors.Is(err, kerr.TopicAuthorizationFailed) {
		t.Fatalf("got %v", err)
	}
	if _, err := writer.Begin("0199-batch", acme); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v for the next batch", err)
	}
}

func TestTriesAgainWhereABrokerIsOutOfReplicas(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	var refusals atomic.Int32
	broker.cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		if refusals.Add(1) == 2 {
			broker.cluster.DropControl()
			return nil, nil, false
		}
		broker.cluster.KeepControl()
		return refusal(request, kerr.NotEnoughReplicas), nil, true
	})
	if err := commit(writer, acme, `{}`); err != nil {
		t.Fatal(err)
	}
	broker.read(batchesTopic, 1)
	expectEqual(t, refusals.Load(), 2)
}

func TestStoresARecordOnceThoughItsAcknowledgementGotLost(t *testing.T) {
	broker := startBroker(t)
	lossy := &lossy{}
	writer := newTestWriter(t, broker, maxBufferedBytes, kgo.Dialer(lossy.dial))
	waittest.Until(t, writer.Up)
	// The first one connects.
	if err := commit(writer, acme, `{"a":0}`); err != nil {
		t.Fatal(err)
	}
	lossy.armed.Store(true)
	if err := commit(writer, acme, `{"a":1}`); err != nil {
		t.Fatal(err)
	}
	if err := commit(writer, acme, `{"a":2}`); err != nil {
		t.Fatal(err)
	}
	expectEqual(t, broker.count(batchesTopic), 3)
	expectEqual(t, lossy.armed.Load(), false)
}

func TestRefusesAtOnceWhileKafkaIsAwayAndTakesBatchesAfter(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	release := broker.ignore(kmsg.Produce)
	committed := make(chan error, 1)
	go func() { committed <- commit(writer, acme, `{}`) }()
	waittest.Until(t, func() bool { return !writer.Up() })
	if err := commit(writer, acme, `{}`); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	if err := <-committed; !errors.Is(err, ErrUnconfirmed) {
		t.Fatalf("got %v for the batch before", err)
	}
	release()
	waittest.Until(t, writer.Up)
	if err := commit(writer, acme, `{}`); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, func() bool { return writer.budget.bufferedBytes() == 0 })
}

func TestRefusesBatchesBeforeKafkaWasEverThere(t *testing.T) {
	broker := startBroker(t)
	broker.ignore(kmsg.Produce)
	writer := newTestWriter(t, broker, maxBufferedBytes)
	if err := commit(writer, acme, `{}`); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
}

func TestEndsWaitingWhereTheClientLeaves(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	broker.ignore(kmsg.Produce)
	upload, err := writer.Begin("0199-batch", acme)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	if err := upload.Write(ctx, []byte(`{}`), 1); err != nil {
		t.Fatal(err)
	}
	left := errors.New("the client left")
	cancel(left)
	if err := upload.Commit(ctx, Envelope{}); !errors.Is(err, left) {
		t.Fatalf("got %v", err)
	}
}

func TestFlushesWhatIsOnItsWayBeforeItEnds(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	writer.client.Produce(context.Background(), &kgo.Record{Topic: batchesTopic, Value: []byte("x")}, nil)
	if err := writer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	expectEqual(t, broker.count(batchesTopic), 1)
}

func TestRecordsStayBelowTheLimitOfABroker(t *testing.T) {
	broker := startBroker(t)
	writer := startWriter(t, broker)
	row := `{"d":"` + strings.Repeat("x", 32_000) + `"}`
	upload, err := writer.Begin("0199-batch", acme)
	if err != nil {
		t.Fatal(err)
	}
	defer upload.Discard()
	for range 100 {
		if err := upload.Write(t.Context(), []byte(row), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := upload.Commit(t.Context(), Envelope{}); err != nil {
		t.Fatal(err)
	}
	for _, record := range broker.readParts(4) {
		if len(record.Value) > maxRecordBytes+spareBytes {
			t.Errorf("a part has %d bytes", len(record.Value))
		}
	}
}
