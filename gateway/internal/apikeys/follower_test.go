package apikeys

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"tallyflow/gateway/internal/waittest"
)

func TestReadsTheTopicToItsEndBeforeItIsFresh(t *testing.T) {
	topic := startTopic(t)
	for keyID := range int64(500) {
		topic.publish(keyID+1, valueOf(keyID+1, "null"))
	}
	topic.publish(1, "")
	topic.complete(0)
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

func TestIsNotFreshBeforeTheTopicIsComplete(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	store := NewStore()
	topic.follow(store)
	waittest.Until(t, func() bool { return knows(store, 1) })
	topic.publish(2, valueOf(2, "null"))
	waittest.Until(t, func() bool { return knows(store, 2) })
	if store.Fresh() {
		t.Error("is fresh though keys may be missing")
	}
	topic.complete(0)
	waittest.Until(t, store.Fresh)
}

func TestIsNotFreshAfterTheTopicHasLostItsFirstRecords(t *testing.T) {
	topic := startTopic(t)
	topic.publish(1, valueOf(1, "null"))
	topic.publish(2, valueOf(2, "null"))
	topic.complete(0)
	topic.deleteBefore(1)
	store := NewStore()
	topic.follow(store)
	waittest.Until(t, func() bool { return knows(store, 2) })
	topic.publish(3, valueOf(3, "null"))
	waittest.Until(t, func() bool { return knows(store, 3) })
	if store.Fresh() {
		t.Error("is fresh though a key is missing")
	}
	topic.publish(1, valueOf(1, "null"))
	topic.complete(1)
	waittest.Until(t, func() bool { return store.Fresh() && knows(store, 1) })
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
	waittest.Until(t, func() bool { return knows(store, 1) })
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
	waittest.Until(t, func() bool { return store.Age() > age+time.Second })
	topic.publish(1, "")
	release()
	waittest.Until(t, func() bool { return !knows(store, 1) })
}

func TestReadsAgainFromTheStartAfterALongSilence(t *testing.T) {
	topic := startTopic(t)
	// It stays first: in this broker, unlike in Kafka, a topic begins behind what was compacted away.
	topic.publish(2, valueOf(2, "null"))
	topic.publish(1, valueOf(1, "null"))
	topic.complete(0)
	store := NewStore()
	store.maxSilence = 700 * time.Millisecond
	topic.follow(store)
	waittest.Until(t, store.Fresh)
	release := topic.cut()
	waittest.Until(t, func() bool { return !store.Fresh() })
	topic.publish(1, "")
	topic.publish(3, valueOf(3, "null"))
	// Nothing is left that tells of the revocation.
	topic.cluster.Compact()
	release()
	waittest.Until(t, store.Fresh)
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
	waittest.Until(t, func() bool { return !store.Fresh() })
	topic.publish(2, valueOf(2, "null"))
	topic.complete(0)
	waittest.Until(t, func() bool { return !knows(store, 1) && knows(store, 2) && store.Fresh() })
}

func TestFollowsTheLeader(t *testing.T) {
	topic := startTopic(t)
	store := topic.read()
	topic.cluster.ControlKey(int16(kmsg.Fetch), func(request kmsg.Request) (kmsg.Response, error, bool) {
		return fetchRefusal(request, kerr.NotLeaderForPartition), nil, true
	})
	topic.publish(1, valueOf(1, "null"))
	waittest.Until(t, func() bool { return knows(store, 1) })
}
