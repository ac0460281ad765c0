// Package capture writes batches to Kafka, and says that they are captured once Kafka has acknowledged them.
package capture

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/telemetry"
)

// patience is for how long something is waited for.
type patience struct {
	// ack is for how long a client waits for Kafka's acknowledgement.
	ack time.Duration
	// stall is for how long nothing may be acknowledged before requests are refused at once.
	stall time.Duration
	// slow is for how long a partition may acknowledge nothing before others are preferred.
	slow time.Duration
	// probe is how often it is tried whether Kafka is back.
	probe time.Duration
	// room is for how long a batch waits for room in the buffers.
	room time.Duration
}

// usualPatience outlasts most elections of a leader. A healthy broker takes all that is buffered within the time for room.
var usualPatience = patience{
	ack: 10 * time.Second, stall: 3 * time.Second, slow: time.Second, probe: time.Second, room: 5 * time.Second,
}

const (
	// maxLinger lets records of concurrent requests share a request to Kafka. It adds to the time of each answer.
	maxLinger = 2 * time.Millisecond
	// minMetadataAge is how soon it is asked again who leads a partition.
	minMetadataAge = 250 * time.Millisecond
	// maxBackoff bounds the time from the return of a broker to the next try.
	maxBackoff = time.Second
)

// Writer writes batches to Kafka.
type Writer struct {
	client       *kgo.Client
	patience     patience
	budget       *budget
	partitions   *partitions
	availability *availability
	metrics      *metrics
	stop         context.CancelFunc
}

// NewWriter connects lazily: it returns also while Kafka is away.
func NewWriter(connection []kgo.Opt, logger *slog.Logger, registerer prometheus.Registerer) (*Writer, error) {
	return newWriter(connection, logger, registerer, usualPatience, maxBufferedBytes)
}

func newWriter(
	connection []kgo.Opt, logger *slog.Logger, registerer prometheus.Registerer, patience patience, bufferedBytes int,
) (*Writer, error) {
	partitions := &partitions{slow: patience.slow, states: map[partitionName]*partitionState{}, counts: map[string]int{}}
	client, err := kgo.NewClient(append(slices.Clone(connection),
		kgo.RecordPartitioner(partitions),
		kgo.ProducerBatchCompression(kgo.ZstdCompression()),
		kgo.ProducerLinger(maxLinger),
		kgo.RecordDeliveryTimeout(patience.ack),
		kgo.ProduceRequestTimeout(patience.ack/2),
		kgo.RequestTimeoutOverhead(patience.ack/2),
		kgo.RetryBackoffFn(backoff),
		kgo.MetadataMinAge(minMetadataAge),
		// A topic that is missing is waited for like a broker that is away.
		kgo.UnknownTopicRetries(-1),
		// The consumer knows a batch by its id, and takes it once. Without this a record may never be given up.
		kgo.AllowIdempotentProduceCancellation(),
		// The budget bounds what waits.
		kgo.MaxBufferedRecords(1<<30),
	)...)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client of Kafka: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	partitions.hasLeader = func(topic string, partition int) bool {
		_, _, err := client.PartitionLeader(topic, int32(partition))
		return err == nil
	}
	writer := &Writer{
		client: client, patience: patience, budget: newBudget(bufferedBytes, patience.room), partitions: partitions, stop: cancel,
	}
	writer.availability = &availability{
		logger: logger, stall: patience.stall, probe: writer.probe, back: partitions.forgive,
	}
	writer.metrics = newMetrics(registerer, writer)
	go writer.availability.watch(ctx, patience.probe)
	return writer, nil
}

// Begin begins a batch. It fails at once while Kafka is known to be away. Every upload must be discarded.
func (writer *Writer) Begin(batchID string, key *apikeys.Key) (*Upload, error) {
	if !writer.Up() {
		return nil, ErrUnavailable
	}
	return &Upload{writer: writer, batchID: batchID, key: key}, nil
}

// Up tells whether Kafka takes batches.
func (writer *Writer) Up() bool {
	return writer.availability.up() && writer.partitions.takeSome(batchesTopic)
}

// Close waits until what was produced is acknowledged or given up, or the context ends.
func (writer *Writer) Close(ctx context.Context) error {
	writer.stop()
	err := writer.client.Flush(ctx)
	writer.client.Close()
	return err
}

// produceBatch writes the record that makes a batch, and waits for Kafka. It calls done once the record's value is not
// needed any more, which may be later.
func (writer *Writer) produceBatch(
	ctx context.Context, record *kgo.Record, key *apikeys.Key, requestHash []byte, done func(),
) error {
	ctx, span := telemetry.StartSend(ctx, batchesTopic)
	record.Headers = batchHeaders(key, requestHash, time.Now(), telemetry.Traceparent(ctx))
	acked := make(chan error, 1)
	writer.produce(ctx, record, newRoute(key.LineageID, string(record.Key)), "batch", func(_ *kgo.Record, err error) {
		done()
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrUnconfirmed, err)
		}
		acked <- err
	})
	err := writer.waitFor(ctx, acked)
	telemetry.EndStep(span, err)
	return err
}

// produce writes the record, also where the client leaves meanwhile.
func (writer *Writer) produce(
	ctx context.Context, record *kgo.Record, route *route, kind string, ended func(*kgo.Record, error),
) {
	sentAt := time.Now()
	sending := &sending{route: route}
	writer.availability.sent()
	writer.client.Produce(sending.in(context.WithoutCancel(ctx)), record, func(record *kgo.Record, err error) {
		writer.partitions.ended(sending, err)
		writer.availability.ended(err)
		writer.metrics.observe(kind, err, time.Since(sentAt))
		ended(record, err)
	})
}

// probe writes a part that belongs to no batch, which nobody looks at, each time to another partition.
func (writer *Writer) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, writer.patience.stall)
	defer cancel()
	record := &kgo.Record{Topic: partsTopic, Key: []byte("probe"), Value: []byte(`{"version":1}`)}
	sending := &sending{route: newRoute(rand.Int64(), "")}
	err := writer.client.ProduceSync(sending.in(ctx), record).FirstErr()
	writer.partitions.ended(sending, err)
	return err
}

func (writer *Writer) waitFor(ctx context.Context, acked <-chan error) error {
	timeout := time.NewTimer(writer.patience.ack)
	defer timeout.Stop()
	select {
	case err := <-acked:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timeout.C:
		return ErrUnconfirmed
	}
}

func backoff(tries int) time.Duration {
	return min(50*time.Millisecond<<min(tries, 10), maxBackoff)
}
