package capture

import (
	"context"
	"io"
	"log/slog"
	"net"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tallyflow/gateway/internal/waittest"
)

// testPatience ends what waits in vain soon, and outlasts what only takes its time.
var testPatience = patience{
	ack: time.Second, stall: 200 * time.Millisecond, slow: 100 * time.Millisecond, probe: 20 * time.Millisecond, room: 200 * time.Millisecond,
}

type testBroker struct {
	t       *testing.T
	cluster *kfake.Cluster
}

func startBroker(t *testing.T) *testBroker {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, batchesTopic, partsTopic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return &testBroker{t, cluster}
}

// startWriter returns a writer for which Kafka is up.
func startWriter(t *testing.T, broker *testBroker) *Writer {
	t.Helper()
	writer := newTestWriter(t, broker, maxBufferedBytes)
	waittest.Until(t, writer.Up)
	return writer
}

// startPatientWriter returns a writer that a busy machine does not make believe that Kafka is away.
func startPatientWriter(t *testing.T, broker *testBroker) *Writer {
	t.Helper()
	patience := testPatience
	patience.stall = 10 * time.Second
	writer := newWriterWith(t, broker, patience, maxBufferedBytes)
	waittest.Until(t, writer.Up)
	return writer
}

func newTestWriter(t *testing.T, broker *testBroker, bufferedBytes int, options ...kgo.Opt) *Writer {
	t.Helper()
	return newWriterWith(t, broker, testPatience, bufferedBytes, options...)
}

func newWriterWith(
	t *testing.T, broker *testBroker, patience patience, bufferedBytes int, options ...kgo.Opt,
) *Writer {
	t.Helper()
	writer, err := newWriter(
		append(options, kgo.SeedBrokers(broker.cluster.ListenAddrs()...)),
		slog.New(slog.NewTextHandler(io.Discard, nil)), prometheus.NewRegistry(), patience, bufferedBytes,
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = writer.Close(ctx)
	})
	return writer
}

// ignore leaves requests of this kind without an answer, until the function that it returns is called.
func (broker *testBroker) ignore(key kmsg.Key) (release func()) {
	var isReleased atomic.Bool
	broker.cluster.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
		if isReleased.Load() {
			broker.cluster.DropControl()
			return nil, nil, false
		}
		broker.cluster.KeepControl()
		return nil, io.ErrUnexpectedEOF, true
	})
	return func() { isReleased.Store(true) }
}

// refuse answers every produce request with this error.
func (broker *testBroker) refuse(reason *kerr.Error) {
	broker.cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		broker.cluster.KeepControl()
		return refusal(request, reason), nil, true
	})
}

// lossy dials connections, of which the first that brings an answer after arm was called is cut in its place.
type lossy struct{ armed atomic.Bool }

func (lossy *lossy) dial(ctx context.Context, network, host string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, host)
	return &lossyConn{conn, lossy}, err
}

type lossyConn struct {
	net.Conn
	lossy *lossy
}

func (conn *lossyConn) Read(into []byte) (int, error) {
	count, err := conn.Conn.Read(into)
	if conn.lossy.armed.CompareAndSwap(true, false) {
		_ = conn.Close()
		return 0, io.EOF
	}
	return count, err
}

// read waits for so many records of the topic.
func (broker *testBroker) read(topic string, count int) []*kgo.Record {
	return broker.readWhere(topic, count, func(*kgo.Record) bool { return true })
}

// readParts waits for so many parts, beside those with which the writer tries whether Kafka is there.
func (broker *testBroker) readParts(count int) []*kgo.Record {
	parts := broker.readWhere(partsTopic, count, func(record *kgo.Record) bool { return string(record.Key) != "probe" })
	if len(parts) != count {
		broker.t.Fatalf("there are %d parts", len(parts))
	}
	return parts
}

func (broker *testBroker) readWhere(topic string, count int, isWanted func(*kgo.Record) bool) []*kgo.Record {
	broker.t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(broker.cluster.ListenAddrs()...), kgo.ConsumeTopics(topic))
	if err != nil {
		broker.t.Fatal(err)
	}
	defer client.Close()
	records := []*kgo.Record{}
	for len(records) < count {
		fetches := client.PollFetches(broker.t.Context())
		if err := fetches.Err(); err != nil {
			broker.t.Fatal(err)
		}
		for _, record := range fetches.Records() {
			if isWanted(record) {
				records = append(records, record)
			}
		}
	}
	return records
}

// count is how many records the topic has.
func (broker *testBroker) count(topic string) int {
	count := 0
	for _, partition := range broker.cluster.PartitionInfos(topic) {
		count += int(partition.HighWatermark)
	}
	return count
}

func refusal(request kmsg.Request, reason *kerr.Error) kmsg.Response {
	produce := request.(*kmsg.ProduceRequest)
	response := produce.ResponseKind().(*kmsg.ProduceResponse)
	for _, topic := range produce.Topics {
		refused := kmsg.NewProduceResponseTopic()
		refused.Topic, refused.TopicID = topic.Topic, topic.TopicID
		for _, partition := range topic.Partitions {
			answer := kmsg.NewProduceResponseTopicPartition()
			answer.Partition, answer.ErrorCode = partition.Partition, reason.Code
			refused.Partitions = append(refused.Partitions, answer)
		}
		response.Topics = append(response.Topics, refused)
	}
	return response
}

func expectEqual[Value any](t *testing.T, got, want Value) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v instead of %v", got, want)
	}
}
