package apikeys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	topic     = "tallyflow.api-keys"
	partition = 0
	// maxFetchWait is for how long the broker waits for news. An answer without any says that there are none.
	maxFetchWait = 500 * time.Millisecond
	// fetchTimeout is for how long an answer is waited for: more than a broker takes, and less than keys are believed.
	fetchTimeout = 3 * time.Second
	// retryInterval is the time between tries while Kafka is away.
	retryInterval = 500 * time.Millisecond
	maxFetchBytes = 1 << 20
	// earliest is Kafka's word for the first offset.
	earliest = -2
)

// Follower reads the topic of the keys into a store. It asks for records itself, since a consumer of the library does
// not tell that it has heard of nothing new.
type Follower struct {
	client *kgo.Client
	store  *Store
	logger *slog.Logger
	// retry paces the tries while Kafka is away.
	retry time.Duration

	topicID [16]byte
	leader  int32
	// start is the first offset that the topic had when it was read from its start.
	start  int64
	offset int64
	// isComplete tells whether what was read since then is known to be all that exists.
	isComplete bool
	// hasWarned is for one line until the topic is complete.
	hasWarned bool
	// seen is the keys that were read since the start of the topic; nil once that was read to its end.
	seen map[int64]struct{}
}

// NewFollower connects lazily.
func NewFollower(connection []kgo.Opt, store *Store, logger *slog.Logger) (*Follower, error) {
	client, err := kgo.NewClient(connection...)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client of Kafka: %w", err)
	}
	return &Follower{client: client, store: store, logger: logger, retry: retryInterval}, nil
}

// Run reads until the context ends.
func (follower *Follower) Run(ctx context.Context) {
	defer follower.client.Close()
	isAway := false
	for ctx.Err() == nil {
		err := follower.follow(ctx, func() {
			if isAway {
				follower.logger.Info("API keys are read again")
			}
			isAway = false
		})
		if ctx.Err() != nil {
			return
		}
		if !isAway {
			follower.logger.Warn("cannot read API keys; trying until it goes", "err", err)
		}
		isAway = true
		select {
		case <-ctx.Done():
		case <-time.After(follower.retry):
		}
	}
}

// follow finds the topic's leader, and reads from it until that fails.
func (follower *Follower) follow(ctx context.Context, heard func()) error {
	if err := follower.locate(ctx); err != nil {
		return err
	}
	// After a long silence records of revocations may be gone from the topic.
	if !follower.store.Fresh() {
		follower.restart()
	}
	if follower.offset < 0 {
		if err := follower.findStart(ctx); err != nil {
			return err
		}
	}
	for {
		if err := follower.fetch(ctx); err != nil {
			return err
		}
		heard()
	}
}

// locate asks for the topic's id and the leader of its partition.
func (follower *Follower) locate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request := kmsg.NewPtrMetadataRequest()
	requested := kmsg.NewMetadataRequestTopic()
	requested.Topic = kmsg.StringPtr(topic)
	request.Topics = append(request.Topics, requested)
	response, err := request.RequestWith(ctx, follower.client)
	if err != nil {
		return fmt.Errorf("cannot find the topic of API keys: %w", err)
	}
	if len(response.Topics) != 1 {
		return errors.New("no topic of API keys is known to Kafka")
	}
	found := response.Topics[0]
	if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
		return fmt.Errorf("cannot find the topic of API keys: %w", err)
	}
	if len(found.Partitions) != 1 {
		return fmt.Errorf("the topic of API keys has %d partitions instead of one", len(found.Partitions))
	}
	if found.TopicID != follower.topicID {
		// It was made anew, with other offsets.
		follower.restart()
	}
	follower.topicID, follower.leader = found.TopicID, found.Partitions[0].Leader
	return nil
}

// findStart asks for the first offset that the topic has.
func (follower *Follower) findStart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request := kmsg.NewPtrListOffsetsRequest()
	wantedPartition := kmsg.NewListOffsetsRequestTopicPartition()
	wantedPartition.Partition, wantedPartition.Timestamp = partition, earliest
	wantedTopic := kmsg.NewListOffsetsRequestTopic()
	wantedTopic.Topic = topic
	wantedTopic.Partitions = append(wantedTopic.Partitions, wantedPartition)
	request.Topics = append(request.Topics, wantedTopic)
	response, err := request.RequestWith(ctx, follower.client)
	if err != nil {
		return fmt.Errorf("cannot find the first API key: %w", err)
	}
	if len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return errors.New("the answer has no first API key")
	}
	found := response.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(found.ErrorCode); err != nil {
		return fmt.Errorf("cannot find the first API key: %w", err)
	}
	follower.start, follower.offset = found.Offset, found.Offset
	return nil
}

// fetch reads what is new. It waits for a while where nothing is.
func (follower *Follower) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	response, err := follower.client.Broker(int(follower.leader)).Request(ctx, follower.request())
	if err != nil {
		return fmt.Errorf("cannot read API keys: %w", err)
	}
	fetched, err := partitionOf(response.(*kmsg.FetchResponse))
	if errors.Is(err, kerr.OffsetOutOfRange) {
		follower.restart()
	}
	if err != nil {
		return fmt.Errorf("cannot read API keys: %w", err)
	}
	read, next := kgo.ProcessFetchPartition(
		kgo.ProcessFetchPartitionOpts{Topic: topic, Partition: partition, Offset: follower.offset},
		fetched, kgo.DefaultDecompressor(), nil,
	)
	if read.Err != nil {
		return fmt.Errorf("cannot read API keys: %w", read.Err)
	}
	for _, record := range read.Records {
		follower.apply(record)
	}
	follower.offset = next
	if follower.offset >= fetched.HighWatermark {
		follower.reachedEnd()
	}
	return nil
}

func (follower *Follower) request() *kmsg.FetchRequest {
	request := kmsg.NewPtrFetchRequest()
	request.MaxWaitMillis = int32(maxFetchWait / time.Millisecond)
	request.MinBytes = 1
	request.MaxBytes = maxFetchBytes
	wantedPartition := kmsg.NewFetchRequestTopicPartition()
	wantedPartition.Partition = partition
	wantedPartition.FetchOffset = follower.offset
	wantedPartition.PartitionMaxBytes = maxFetchBytes
	wantedTopic := kmsg.NewFetchRequestTopic()
	wantedTopic.Topic, wantedTopic.TopicID = topic, follower.topicID
	wantedTopic.Partitions = append(wantedTopic.Partitions, wantedPartition)
	request.Topics = append(request.Topics, wantedTopic)
	return request
}

// apply takes a record over. A key whose record cannot be read is not taken for good.
func (follower *Follower) apply(record *kgo.Record) {
	if string(record.Key) == completeKey {
		follower.applyComplete(record)
		return
	}
	keyID, err := strconv.ParseInt(string(record.Key), 10, 64)
	if err != nil {
		follower.logger.Error("a record of API keys has no id", "offset", record.Offset)
		return
	}
	delete(follower.seen, keyID)
	if record.Value == nil {
		follower.store.remove(keyID)
		return
	}
	key, err := parseKey(record.Key, record.Value)
	if err != nil {
		follower.logger.Error("a record of API keys is not valid", "offset", record.Offset, "apiKeyId", keyID, "err", err)
		follower.store.remove(keyID)
		return
	}
	if follower.seen != nil {
		follower.seen[keyID] = struct{}{}
	}
	follower.store.put(key)
}

// applyComplete takes over that the topic has all keys from some offset on. Where that is gone, so may be some of them.
func (follower *Follower) applyComplete(record *kgo.Record) {
	from, err := parseComplete(record.Value)
	if err != nil {
		follower.logger.Error("a record of API keys is not valid", "offset", record.Offset, "err", err)
		return
	}
	if from >= follower.start {
		follower.isComplete = true
	}
}

// restart reads the topic again from its start.
func (follower *Follower) restart() {
	follower.offset, follower.seen = -1, map[int64]struct{}{}
	follower.isComplete, follower.hasWarned = false, false
	follower.store.doubt()
}

// reachedEnd believes what was read. A topic that is empty, or has lost its first records, says nothing of other keys.
func (follower *Follower) reachedEnd() {
	if !follower.isComplete {
		if !follower.hasWarned {
			follower.logger.Warn("the topic of API keys is not complete; waiting until an API has written all keys")
		}
		follower.hasWarned = true
		return
	}
	if follower.seen != nil {
		follower.store.keep(follower.seen)
		follower.seen = nil
	}
	follower.store.heard()
}

func partitionOf(response *kmsg.FetchResponse) (*kmsg.FetchResponseTopicPartition, error) {
	if err := kerr.ErrorForCode(response.ErrorCode); err != nil {
		return nil, err
	}
	if len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return nil, errors.New("the answer has no partition")
	}
	fetched := &response.Topics[0].Partitions[0]
	return fetched, kerr.ErrorForCode(fetched.ErrorCode)
}
