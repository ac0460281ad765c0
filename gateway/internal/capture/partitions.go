package capture

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	// partitionsShare: a lineage of API keys writes to a quarter of the partitions. The consumer reads partitions in turn, so
	// that a client that sends more than is stored holds up only those that have the same ones.
	partitionsShare = 4
	// minPartitions let one fail.
	minPartitions = 2
	// avoidTime is for how long a partition is left out that has not taken a record. Then one record tries it.
	avoidTime = 5 * time.Second
)

// partitions chooses where records go, among the partitions that take them: one without a leader, or with too few copies,
// holds up nobody else's batches.
type partitions struct {
	// slow is for how long records of a partition may wait before others go elsewhere.
	slow time.Duration
	// hasLeader tells whether the partition has one, as far as is known.
	hasLeader func(topic string, partition int) bool

	mutex  sync.Mutex
	states map[partitionName]*partitionState
	// counts are the numbers of partitions, by topic.
	counts map[string]int
}

type partitionName struct {
	topic     string
	partition int
}

type partitionState struct {
	pending    int
	progressAt time.Time
	// avoidedUntil is zero for a partition whose last record was acknowledged.
	avoidedUntil time.Time
}

// route is what the choice of a partition depends on. Records with the same route have the same partition.
type route struct {
	lineageID int64
	key       string
	// partition is -1 until it is chosen.
	partition int
}

func newRoute(lineageID int64, key string) *route { return &route{lineageID, key, -1} }

// sending is a record on its way. It is chosen for, and ends, in goroutines of the client of Kafka.
type sending struct {
	route *route
	state *partitionState
}

type sendingKey struct{}

func (sending *sending) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, sendingKey{}, sending)
}

// ForTopic and the methods of topicPartitions are what the client of Kafka asks, for one record of a topic at a time.
func (partitions *partitions) ForTopic(topic string) kgo.TopicPartitioner {
	return topicPartitions{partitions, topic}
}

type topicPartitions struct {
	*partitions
	topic string
}

// RequiresConsistency has Partition be asked for one of all partitions.
func (topicPartitions) RequiresConsistency(*kgo.Record) bool { return true }

func (of topicPartitions) Partition(record *kgo.Record, count int) int {
	sending, isOurs := record.Context.Value(sendingKey{}).(*sending)
	if !isOurs {
		return 0
	}
	of.mutex.Lock()
	defer of.mutex.Unlock()
	of.counts[of.topic] = count
	route := sending.route
	if route.partition < 0 {
		route.partition = of.choose(route, count)
	}
	if sending.state == nil {
		sending.state = of.state(route.partition)
		if sending.state.pending == 0 {
			sending.state.progressAt = time.Now()
		}
		sending.state.pending++
	}
	return route.partition
}

// choose returns one of the first partitions of a lineage that take records.
func (of topicPartitions) choose(route *route, count int) int {
	ranked := rank(route.lineageID, count)
	own := min(count, max(minPartitions, count/partitionsShare))
	usable := slices.DeleteFunc(slices.Clone(ranked), func(partition int) bool { return !of.isUsable(partition) })
	if len(usable) == 0 {
		usable = ranked
	}
	usable = usable[:min(own, len(usable))]
	return usable[hashOf(route.key)%uint64(len(usable))]
}

func (of topicPartitions) isUsable(partition int) bool {
	state := of.state(partition)
	now := time.Now()
	switch {
	case !of.hasLeader(of.topic, partition):
		return false
	case state.pending > 0 && now.Sub(state.progressAt) > of.slow:
		return false
	case state.avoidedUntil.IsZero():
		return true
	}
	return state.pending == 0 && now.After(state.avoidedUntil)
}

func (of topicPartitions) state(partition int) *partitionState {
	name := partitionName{of.topic, partition}
	state := of.states[name]
	if state == nil {
		state = &partitionState{}
		of.states[name] = state
	}
	return state
}

// takeSome tells whether a partition of the topic may take records.
func (partitions *partitions) takeSome(topic string) bool {
	partitions.mutex.Lock()
	defer partitions.mutex.Unlock()
	count, isKnown := partitions.counts[topic]
	for partition := range count {
		if (topicPartitions{partitions, topic}).isUsable(partition) {
			return true
		}
	}
	return !isKnown
}

// ended notes what became of a record.
func (partitions *partitions) ended(sending *sending, err error) {
	partitions.mutex.Lock()
	defer partitions.mutex.Unlock()
	state := sending.state
	if state == nil {
		return
	}
	state.pending--
	if err != nil {
		state.avoidedUntil = time.Now().Add(avoidTime)
		return
	}
	state.progressAt, state.avoidedUntil = time.Now(), time.Time{}
}

// forgive has all partitions be tried again, when Kafka as a whole was away and is back.
func (partitions *partitions) forgive() {
	partitions.mutex.Lock()
	defer partitions.mutex.Unlock()
	for _, state := range partitions.states {
		state.avoidedUntil, state.progressAt = time.Time{}, time.Now()
	}
}

// rank orders the partitions for a lineage, the same way in each process. Where some are added, few others move.
func rank(lineageID int64, count int) []int {
	scores, ranked := make([]uint64, count), make([]int, count)
	for partition := range count {
		scores[partition] = mix(mix(uint64(lineageID)) + uint64(partition))
		ranked[partition] = partition
	}
	slices.SortFunc(ranked, func(one, other int) int { return cmp.Compare(scores[other], scores[one]) })
	return ranked
}

// mix spreads numbers that lie close together over all numbers (SplitMix64).
func mix(number uint64) uint64 {
	number += 0x9e3779b97f4a7c15
	number = (number ^ number>>30) * 0xbf58476d1ce4e5b9
	number = (number ^ number>>27) * 0x94d049bb133111eb
	return number ^ number>>31
}

func hashOf(text string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(text))
	return mix(hash.Sum64())
}
