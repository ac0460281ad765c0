// Package apikeys keeps the API keys, as the topic of the keys tells them.
package apikeys

import (
	"context"
	"math"
	"sync"
	"time"
)

// maxSilence is for how long keys are believed without a word from Kafka. One that was revoked meanwhile is still
// taken for so long. Brokers need some 10 s to elect a leader in place of one that has vanished, and to be found.
const maxSilence = 15 * time.Second

// Store holds the keys by their hash.
type Store struct {
	maxSilence time.Duration

	mutex    sync.RWMutex
	byHash   map[[32]byte]*Key
	byID     map[int64]*Key
	watchers watchers
	// heardAt is when the store was last known to hold all that the topic has.
	heardAt time.Time
	read    chan struct{}
	// noteRead closes read.
	noteRead func()
}

// NewStore returns an empty store, which is not fresh before its topic was read.
func NewStore() *Store {
	read := make(chan struct{})
	return &Store{
		maxSilence: maxSilence,
		byHash:     map[[32]byte]*Key{},
		byID:       map[int64]*Key{},
		watchers:   watchers{},
		read:       read,
		noteRead:   sync.OnceFunc(func() { close(read) }),
	}
}

// Find returns the key with this hash that was not revoked. It may have expired.
func (store *Store) Find(hash [32]byte) (*Key, bool) {
	store.mutex.RLock()
	defer store.mutex.RUnlock()
	key, isKnown := store.byHash[hash]
	return key, isKnown
}

// Fresh tells whether Kafka was heard recently enough to believe what the store says.
func (store *Store) Fresh() bool { return store.Age() <= store.maxSilence }

// Age is the time since the store was last known to hold all that the topic has.
func (store *Store) Age() time.Duration {
	store.mutex.RLock()
	defer store.mutex.RUnlock()
	if store.heardAt.IsZero() {
		return math.MaxInt64
	}
	return time.Since(store.heardAt)
}

// Len is the number of keys.
func (store *Store) Len() int {
	store.mutex.RLock()
	defer store.mutex.RUnlock()
	return len(store.byID)
}

// WaitUntilRead waits until the topic was read to its end for the first time.
func (store *Store) WaitUntilRead(ctx context.Context) error {
	select {
	case <-store.read:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Watch returns a channel that is closed once the key is revoked or expires. stop must be called.
func (store *Store) Watch(keyID int64) (ended <-chan struct{}, stop func()) {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	watcher := store.watchers.add(keyID, store.byID[keyID])
	return watcher.ended, func() {
		store.mutex.Lock()
		defer store.mutex.Unlock()
		store.watchers.remove(keyID, watcher)
	}
}

// put adds the key, or replaces what was known of it.
func (store *Store) put(key *Key) {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	if old := store.byID[key.ID]; old != nil {
		delete(store.byHash, old.hash)
	}
	store.byID[key.ID] = key
	store.byHash[key.hash] = key
	store.watchers.update(key.ID, key)
}

// remove forgets a key that was revoked.
func (store *Store) remove(keyID int64) {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	if old := store.byID[keyID]; old != nil {
		delete(store.byHash, old.hash)
		delete(store.byID, keyID)
	}
	store.watchers.update(keyID, nil)
}

// heard notes that the store holds all that the topic has.
func (store *Store) heard() {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	store.heardAt = time.Now()
	store.noteRead()
}

// doubt notes that the store may lack what the topic has, as when that is read again from its start.
func (store *Store) doubt() {
	store.mutex.Lock()
	defer store.mutex.Unlock()
	store.heardAt = time.Time{}
}

// keep forgets all keys but these, as after the topic was read again from its start.
func (store *Store) keep(keyIDs map[int64]struct{}) {
	store.mutex.Lock()
	gone := []int64{}
	for keyID := range store.byID {
		if _, isKept := keyIDs[keyID]; !isKept {
			gone = append(gone, keyID)
		}
	}
	store.mutex.Unlock()
	for _, keyID := range gone {
		store.remove(keyID)
	}
}

func (store *Store) ageSeconds() float64 {
	age := store.Age()
	if age == math.MaxInt64 {
		return math.Inf(1)
	}
	return age.Seconds()
}
