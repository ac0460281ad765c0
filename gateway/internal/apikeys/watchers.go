package apikeys

import (
	"context"
	"time"
)

// watchers are told when a key is no longer good, by the key's id.
type watchers map[int64]map[*watcher]struct{}

type watcher struct {
	ended <-chan struct{}
	end   context.CancelFunc
	timer *time.Timer
}

func (watchers watchers) add(keyID int64, key *Key) *watcher {
	ctx, cancel := context.WithCancel(context.Background())
	added := &watcher{ended: ctx.Done(), end: cancel}
	added.follow(key)
	if watchers[keyID] == nil {
		watchers[keyID] = map[*watcher]struct{}{}
	}
	watchers[keyID][added] = struct{}{}
	return added
}

func (watchers watchers) remove(keyID int64, removed *watcher) {
	removed.stopTimer()
	removed.end()
	delete(watchers[keyID], removed)
	if len(watchers[keyID]) == 0 {
		delete(watchers, keyID)
	}
}

// update tells what is now known of the key, which is nil where it was revoked.
func (watchers watchers) update(keyID int64, key *Key) {
	for watcher := range watchers[keyID] {
		watcher.follow(key)
	}
}

func (watcher *watcher) follow(key *Key) {
	watcher.stopTimer()
	switch {
	case key == nil:
		watcher.end()
	case !key.ExpiresAt.IsZero():
		watcher.timer = time.AfterFunc(time.Until(key.ExpiresAt), watcher.end)
	}
}

func (watcher *watcher) stopTimer() {
	if watcher.timer != nil {
		watcher.timer.Stop()
	}
}
