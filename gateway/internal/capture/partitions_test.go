package capture

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/waittest"
)

// startBrokers has a broker for each of 12 partitions, so that a request to Kafka has records of one alone.
func startBrokers(t *testing.T) *testBroker {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(12), kfake.SeedTopics(12, batchesTopic, partsTopic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return &testBroker{t, cluster}
}

// refusePartitions has records of these partitions of the topic be refused, as where too few copies of them can be made.
func (broker *testBroker) refusePartitions(topic string, refused func(partition int32) bool) {
	ids := broker.topicIDs(topic)
	broker.cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
		broker.cluster.KeepControl()
		for _, sent := range request.(*kmsg.ProduceRequest).Topics {
			for _, partition := range sent.Partitions {
				if (sent.Topic == topic || sent.TopicID == ids) && refused(partition.Partition) {
					return refusal(request, kerr.NotEnoughReplicas), nil, true
				}
			}
		}
		return nil, nil, false
	})
}

func (broker *testBroker) topicIDs(topic string) [16]byte {
	return broker.cluster.TopicInfo(topic).TopicID
}

// ownPartitions are those that the lineage writes to while all are well.
func ownPartitions(lineageID int64) []int { return rank(lineageID, 12)[:3] }

func commitAs(writer *Writer, lineageID int64) error {
	return commitAsBatch(writer, lineageID, uuid.NewString())
}

func commitAsBatch(writer *Writer, lineageID int64, batchID string) error {
	upload, err := writer.Begin(batchID, &apikeys.Key{ID: 70 + lineageID, LineageID: lineageID})
	if err != nil {
		return err
	}
	defer upload.Discard()
	if err := upload.Write(context.Background(), []byte(`{}`), 1); err != nil {
		return err
	}
	return upload.Commit(context.Background(), Envelope{})
}

func TestALineageWritesToAQuarterOfThePartitions(t *testing.T) {
	broker := startBrokers(t)
	writer := startPatientWriter(t, broker)
	for range 100 {
		if err := commitAs(writer, 3); err != nil {
			t.Fatal(err)
		}
	}
	used := []int{}
	for _, info := range broker.cluster.PartitionInfos(batchesTopic) {
		if info.HighWatermark > 0 {
			used = append(used, int(info.Partition))
		}
	}
	want := ownPartitions(3)
	slices.Sort(want)
	expectEqual(t, used, want)
}

func TestLineagesAreSpreadOverThePartitions(t *testing.T) {
	counts := make([]int, 12)
	sets := map[string]int{}
	for lineageID := range int64(1200) {
		own := ownPartitions(lineageID)
		for _, partition := range own {
			counts[partition]++
		}
		slices.Sort(own)
		sets[fmt.Sprint(own)]++
	}
	if slices.Min(counts) < 250 || slices.Max(counts) > 350 || len(sets) < 200 {
		t.Errorf("%v in %d sets", counts, len(sets))
	}
	// Where partitions are added, none but the new ones take what went elsewhere.
	for lineageID := range int64(100) {
		for _, partition := range rank(lineageID, 16)[:3] {
			if partition < 12 && !slices.Contains(ownPartitions(lineageID), partition) {
				t.Errorf("lineage %d moves to partition %d", lineageID, partition)
			}
		}
	}
}

func TestAPartitionThatTakesNothingIsLeftOut(t *testing.T) {
	broker := startBrokers(t)
	writer := startPatientWriter(t, broker)
	bad := ownPartitions(3)[0]
	broker.refusePartitions(batchesTopic, func(partition int32) bool { return int(partition) == bad })
	failed := 0
	for range 100 {
		if commitAs(writer, 3) != nil {
			failed++
		}
		if !writer.Up() {
			t.Fatal("Kafka counts as away")
		}
	}
	if failed > 1 {
		t.Errorf("%d batches failed", failed)
	}
}

func TestALargeBatchGoesToAPartitionThatTakesIt(t *testing.T) {
	broker := startBrokers(t)
	writer := startPatientWriter(t, broker)
	bad := ownPartitions(3)[0]
	broker.refusePartitions(partsTopic, func(partition int32) bool { return int(partition) == bad })
	failed := 0
	for range 20 {
		upload := begin(t, writer, acme, 2)
		err := upload.Write(t.Context(), wideRow(2), 1)
		if err == nil {
			err = upload.Commit(t.Context(), Envelope{})
		}
		if err != nil {
			failed++
		}
	}
	if failed > 1 {
		t.Errorf("%d batches failed", failed)
	}
}

func TestBatchesAreRefusedWhereNoPartitionTakesThem(t *testing.T) {
	broker := startBrokers(t)
	writer := startPatientWriter(t, broker)
	broker.refusePartitions(batchesTopic, func(int32) bool { return true })
	for range 12 {
		go func() { _ = commitAs(writer, 3) }()
	}
	waittest.Until(t, func() bool {
		go func() { _ = commitAs(writer, 3) }()
		return !writer.Up()
	})
}
