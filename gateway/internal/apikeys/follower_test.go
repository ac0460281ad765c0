package apikeys

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"slices"
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
	record := &kgo.Record{Key: fmt.Append(nil, keyID)}
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

func (topicOfTest *testTopic) read() *Store {
	topicOfTest.t.Helper()
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

func waitUntil(t *testing.T, isTrue func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !isTrue() {
		select {
		case <-ticker.C:
		case <-t.Context().Done():
			t.Fatal("waited in vain")
		}
	}
}

func TestReadsTheTopicToItsEndBeforeItIsFresh(t *testing.T) {
	topic := startTopic(t)
	for keyID := range int64(500) {
		topic.publish(keyID+1, valueOf(keyID+1, "null"))
	}
	topic.publish(1, "")
	store := NewStore()
	if store.Fresh() {
		t.Error("is fresh before it was read")
	}
	topic.follow(store)
	if err := store.WaitUntilRead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !store.Fresh() || store.Len() != 499 || knows(store, 1) || !knows(store, 500) {
		t.Errorf("has %d keys", store.Len())
	}
	key, _ := store.Find(hashOf(500))
	if key.ID != 500 || key.LineageID != 600 || !key.HasScope("ingest") || key.HasScope("admin") ||
		!key.ExpiresAt.IsZero() || !key.IsBound() || !slices.Equal(key.AccountPrefixes, []string{"a", "b"}) {
		t.Errorf("read %+v", key)
	}
}

func TestIsFreshWhereNoKeyExists(t *testing.T) {
	if store := startTopic(t).read(); !store.Fresh() || store.Len() != 0 {
		t.Fail()
	}
}

func TestIsFreshWhereTheLastRecordsWereCompactedAway(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	topic.publish(2, valueOf(2, "null"))
	topic.publish(2, "")
	topic.cluster.Compact()
	if store := topic.read(); !store.Fresh() || !knows(store, 1) || knows(store, 2) {
		t.Fail()
	}
}

func TestForgetsAKeyThatIsRevoked(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	store := topic.read()
	ended, stop := store.Watch(1)
	defer stop()
	revokedAt := time.Now()
	topic.publish(1, "")
	<-ended
	if knows(store, 1) {
		t.Error("still knows the key")
	}
	if took := time.Since(revokedAt); took > time.Second {
		t.Errorf("took %s", took)
	}
}

func TestTakesANewKey(t *testing.T) {
	topic := startTopic(t)
	store := topic.read()
	topic.publish(1, valueOf(1, "null"))
	waitUntil(t, func() bool { return knows(store, 1) })
}

func TestEndsWatchesWhenTheKeyExpires(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	store := topic.read()
	ended, stop := store.Watch(1)
	defer stop()
	soon := time.Now().Add(50 * time.Millisecond)
	topic.publish(1, valueOf(1, soon.UTC().Format(`"`+time.RFC3339Nano+`"`)))
	<-ended
	if time.Now().Before(soon) {
		t.Error("ended too early")
	}
	if key, isKnown := store.Find(hashOf(1)); !isKnown || !key.hasExpired(time.Now()) {
		t.Error("the key has not expired")
	}
}

func TestAWatchOfAKeyThatIsUnknownHasEnded(t *testing.T) {
	ended, stop := NewStore().Watch(1)
	defer stop()
	<-ended
}

func TestAnEndedWatchIsForgotten(t *testing.T) {
	store := NewStore()
	_, stop := store.Watch(1)
	stop()
	if len(store.watchers) != 0 {
		t.Fail()
	}
}

func TestDoesNotTakeAKeyWhoseRecordIsNotValid(t *testing.T) {
	for name, value := range map[string]string{
		"no JSON":           `{`,
		"another version":   `{"version":2}`,
		"another id":        valueOf(2, "null"),
		"a short hash":      `{"version":1,"id":1,"lineage_id":1,"key_hash":"ab"}`,
		"an empty prefix":   `{"version":1,"id":1,"lineage_id":1,"key_hash":"` + hex.EncodeToString(make([]byte, 32)) + `","account_prefixes":[""]}`,
		"a time of no form": valueOf(1, `"tomorrow"`),
	} {
		t.Run(name, func(t *testing.T) {
			topic := startTopic(t)
			topic.publish(1, valueOf(1, "null"))
			topic.publish(1, value)
			if store := topic.read(); store.Len() != 0 {
				t.Errorf("has %d keys", store.Len())
			}
		})
	}
}

func TestReadsOnWhereItWasOnceKafkaIsBack(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	store := topic.read()
	release := topic.cut()
	age := store.Age()
	waitUntil(t, func() bool { return store.Age() > age+time.Second })
	topic.publish(1, "")
	release()
	waitUntil(t, func() bool { return !knows(store, 1) })
}

func TestReadsAgainFromTheStartAfterALongSilence(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	topic.publish(2, valueOf(2, "null"))
	store := NewStore()
	store.maxSilence = 700 * time.Millisecond
	topic.follow(store)
	waitUntil(t, store.Fresh)
	release := topic.cut()
	waitUntil(t, func() bool { return !store.Fresh() })
	topic.publish(1, "")
	topic.publish(3, valueOf(3, "null"))
	// Nothing is left that tells of the revocation.
	topic.cluster.Compact()
	release()
	waitUntil(t, store.Fresh)
	if knows(store, 1) || !knows(store, 2) || !knows(store, 3) {
		t.Fail()
	}
}

func TestReadsATopicThatWasMadeAnewFromItsStart(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	topic.publish(2, valueOf(2, "null"))
	store := topic.read()
	if err := topic.cluster.DeleteTopic("tallyflow.api-keys"); err != nil {
		t.Fatal(err)
	}
	topic.create()
	topic.publish(2, valueOf(2, "null"))
	waitUntil(t, func() bool { return !knows(store, 1) && knows(store, 2) && store.Fresh() })
}

func TestFollowsTheLeader(t *testing.T) {
	topic := startTopic(t)
	store := topic.read()
	topic.cluster.ControlKey(int16(kmsg.Fetch), func(request kmsg.Request) (kmsg.Response, error, bool) {
		return fetchRefusal(request, kerr.NotLeaderForPartition), nil, true
	})
	topic.publish(1, valueOf(1, "null"))
	waitUntil(t, func() bool { return knows(store, 1) })
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
