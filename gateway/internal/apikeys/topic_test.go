package apikeys

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

type testTopic struct {
	t       *testing.T
	cluster *kfake.Cluster
	client  *kgo.Client
}

func startTopic(t *testing.T) *testTopic {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	created := &testTopic{t: t, cluster: cluster}
	created.create()
	return created
}

func (topicOfTest *testTopic) create() {
	topicOfTest.t.Helper()
	err := topicOfTest.cluster.CreateTopic(topic, 1, map[string]string{
		"cleanup.policy": "compact", "delete.retention.ms": "0", "min.cleanable.dirty.ratio": "0",
	})
	if err != nil {
		topicOfTest.t.Fatal(err)
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(topicOfTest.cluster.ListenAddrs()...), kgo.DefaultProduceTopic(topic), kgo.ProducerLinger(0),
		kgo.MetadataMinAge(10*time.Millisecond),
	)
	if err != nil {
		topicOfTest.t.Fatal(err)
	}
	topicOfTest.t.Cleanup(client.Close)
	topicOfTest.client = client
}

func (topicOfTest *testTopic) publish(keyID int64, value string) {
	topicOfTest.t.Helper()
	topicOfTest.write(strconv.FormatInt(keyID, 10), value)
}

// complete says that the topic has all keys from this offset on.
func (topicOfTest *testTopic) complete(from int64) {
	topicOfTest.t.Helper()
	topicOfTest.write("complete", fmt.Sprintf(`{"version":1,"log_start_offset":%d}`, from))
}

func (topicOfTest *testTopic) write(key, value string) {
	topicOfTest.t.Helper()
	record := &kgo.Record{Key: []byte(key)}
	if value != "" {
		record.Value = []byte(value)
	}
	if err := topicOfTest.client.ProduceSync(topicOfTest.t.Context(), record).FirstErr(); err != nil {
		topicOfTest.t.Fatal(err)
	}
}

// follow starts a follower of the topic.
func (topicOfTest *testTopic) follow(store *Store) {
	topicOfTest.t.Helper()
	follower, err := NewFollower(
		[]kgo.Opt{kgo.SeedBrokers(topicOfTest.cluster.ListenAddrs()...)}, store,
		slog.New(slog.NewTextHandler(io.Discard, nil)),
	)
	if err != nil {
		topicOfTest.t.Fatal(err)
	}
	follower.retry = 10 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		follower.Run(ctx)
	}()
	topicOfTest.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// read follows the topic, which has all keys now, and returns once they are read.
func (topicOfTest *testTopic) read() *Store {
	topicOfTest.t.Helper()
	topicOfTest.complete(0)
	store := NewStore()
	topicOfTest.follow(store)
	if err := store.WaitUntilRead(topicOfTest.t.Context()); err != nil {
		topicOfTest.t.Fatal(err)
	}
	return store
}

func hashOf(keyID int64) (hash [32]byte) {
	hash[0], hash[31] = byte(keyID), byte(keyID>>8)
	return hash
}

func valueOf(keyID int64, expiresAt string) string {
	hash := hashOf(keyID)
	return fmt.Sprintf(
		`{"version":1,"id":%d,"lineage_id":%d,"key_hash":"%s","scopes":["ingest"],"account_prefixes":["b","a","ab"],"expires_at":%s}`,
		keyID, keyID+100, hex.EncodeToString(hash[:]), expiresAt,
	)
}

func knows(store *Store, keyID int64) bool {
	_, isKnown := store.Find(hashOf(keyID))
	return isKnown
}

// deleteBefore deletes the records below an offset, as an operator or a wrong retention does.
func (topicOfTest *testTopic) deleteBefore(offset int64) {
	topicOfTest.t.Helper()
	request := kmsg.NewPtrDeleteRecordsRequest()
	request.Topics = []kmsg.DeleteRecordsRequestTopic{{
		Topic: topic, Partitions: []kmsg.DeleteRecordsRequestTopicPartition{{Offset: offset}},
	}}
	response, err := request.RequestWith(topicOfTest.t.Context(), topicOfTest.client)
	if err != nil {
		topicOfTest.t.Fatal(err)
	}
	if err := kerr.ErrorForCode(response.Topics[0].Partitions[0].ErrorCode); err != nil {
		topicOfTest.t.Fatal(err)
	}
}

// cut leaves requests for records without an answer, until the function that it returns is called.
func (topicOfTest *testTopic) cut() (release func()) {
	var isReleased atomic.Bool
	topicOfTest.cluster.ControlKey(int16(kmsg.Fetch), func(kmsg.Request) (kmsg.Response, error, bool) {
		if isReleased.Load() {
			topicOfTest.cluster.DropControl()
			return nil, nil, false
		}
		topicOfTest.cluster.KeepControl()
		return nil, io.ErrUnexpectedEOF, true
	})
	return func() { isReleased.Store(true) }
}

func fetchRefusal(request kmsg.Request, reason *kerr.Error) kmsg.Response {
	fetch := request.(*kmsg.FetchRequest)
	response := fetch.ResponseKind().(*kmsg.FetchResponse)
	for _, topic := range fetch.Topics {
		refused := kmsg.NewFetchResponseTopic()
		refused.Topic, refused.TopicID = topic.Topic, topic.TopicID
		for _, partition := range topic.Partitions {
			answer := kmsg.NewFetchResponseTopicPartition()
			answer.Partition, answer.ErrorCode = partition.Partition, reason.Code
			refused.Partitions = append(refused.Partitions, answer)
		}
		response.Topics = append(response.Topics, refused)
	}
	return response
}
