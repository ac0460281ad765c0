// Package apikeys keeps the live API keys, as the topic of the keys tells them.
package apikeys

import (
	"sync"
	"time"
)

// maxSilence is for how long keys are believed without a word from Kafka. One that was revoked meanwhile is still
// taken for so long, and an election of a leader takes up to some 20 s.
const maxSilence = 30 * time.Second

// Store holds the live keys by their hash.
type Store struct {
	mutex   sync.RWMutex
	byHash  map[[32]byte]*Key
	byID    map[string][32]byte
	heardAt time.Time
	now     func() time.Time
}

// NewStore returns an empty store, which is not fresh before its topic was read.
func NewStore() *Store {
	return &Store{byHash: map[[32]byte]*Key{}, byID: map[string][32]byte{}, now: time.Now}
}

// Find returns the live key with this hash.
func (store *Store) Find(hash [32]byte) (*Key, bool) {
	store.mutex.RLock()
	key := store.byHash[hash]
	store.mutex.RUnlock()
	if key == nil || !key.isLive(store.now()) {
		return nil, false
	}
	return key, true
}

// Fresh tells whether Kafka was heard recently enough to believe what the store says.
func (store *Store) Fresh() bool { return store.Age() <= maxSilence }

// Age is the time since the topic was last known to be read to its end.
func (store *Store) Age() time.Duration {
	store.mutex.RLock()
	defer store.mutex.RUnlock()
	if store.heardAt.IsZero() {
		return 1<<63 - 1
	}
	return store.now().Sub(store.heardAt)
}
