package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAWindowBeginsWithTheFirstCountOfAKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := New[int64]("per-key-bytes", "bytes", "content-bytes", 10)
		if limit.Policy() != `"per-key-bytes";q=10;w=60;qu="content-bytes"` {
			t.Errorf("the policy is %s", limit.Policy())
		}
		limit.Add(1, 4)
		time.Sleep(20500 * time.Millisecond)
		standing := limit.Add(1, 6)
		if standing.IsExceeded() || !standing.IsUsedUp() || standing.Member() != `"per-key-bytes";r=0;t=40` {
			t.Errorf("stands at %s", standing.Member())
		}
		if limit.Look(2).Member() != `"per-key-bytes";r=10;t=60` {
			t.Errorf("another key stands at %s", limit.Look(2).Member())
		}
		if standing = limit.Add(1, 1); !standing.IsExceeded() || standing.SecondsLeft() != 40 {
			t.Errorf("stands at %s", standing.Member())
		}
		time.Sleep(39500 * time.Millisecond)
		if standing = limit.Add(1, 1); standing.Member() != `"per-key-bytes";r=9;t=60` {
			t.Errorf("stands at %s in the next window", standing.Member())
		}
	})
}

func TestKeysAreBounded(t *testing.T) {
	limit := New[int]("per-address", "requests", "", 10)
	for key := range 2*maxKeys + 1 {
		limit.Add(key, 1)
		if len(limit.windows) > maxKeys {
			t.Fatalf("holds %d keys", len(limit.windows))
		}
	}
}
