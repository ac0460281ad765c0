package apikeys

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// ErrRevoked ends the work that goes on for a key that is no longer good.
var ErrRevoked = errors.New("the API key was revoked or has expired")

// Key is what the gateway knows of an API key; the key itself it never knows.
type Key struct {
	// ID is the id of the API key, the text of a UUID.
	ID string
	// LineageID is shared by a key and those it was rotated to, a decimal number.
	LineageID string
	Scopes    []string
	// AccountPrefixes is in the form that MayUseAccount takes; empty for a key that may use every account.
	AccountPrefixes []string
	// ExpiresAt is zero for a key that never expires.
	ExpiresAt time.Time

	revoked chan struct{}
}

// HasScope tells whether the key was given the scope.
func (key *Key) HasScope(scope string) bool { return slices.Contains(key.Scopes, scope) }

// IsBound tells whether the key may use some accounts only.
func (key *Key) IsBound() bool { return len(key.AccountPrefixes) > 0 }

// MayUseAccount tells whether the account's id begins with one of the key's prefixes. It runs for each row of a
// batch, so it compares only one prefix: the last one that does not sort after the id.
func (key *Key) MayUseAccount(accountID string) bool {
	if !key.IsBound() {
		return true
	}
	index, isFound := slices.BinarySearch(key.AccountPrefixes, accountID)
	return isFound || index > 0 && strings.HasPrefix(accountID, key.AccountPrefixes[index-1])
}

// Watch returns a context that ends with ErrRevoked as its cause as soon as the key is revoked or expires.
func (key *Key) Watch(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	stop := func() {}
	if !key.ExpiresAt.IsZero() {
		timer := time.AfterFunc(time.Until(key.ExpiresAt), func() { cancel(ErrRevoked) })
		stop = func() { timer.Stop() }
	}
	go func() {
		defer stop()
		select {
		case <-key.revoked:
			cancel(ErrRevoked)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// isLive tells whether the key has not expired.
func (key *Key) isLive(now time.Time) bool {
	return key.ExpiresAt.IsZero() || now.Before(key.ExpiresAt)
}

// sortPrefixes brings prefixes into the form that MayUseAccount takes: in the order of their bytes, without those
// that begin with another prefix and therefore add nothing.
func sortPrefixes(prefixes []string) []string {
	kept := []string{}
	// In this order a prefix stands before all that begin with it.
	for _, prefix := range slices.Sorted(slices.Values(prefixes)) {
		if len(kept) == 0 || !strings.HasPrefix(prefix, kept[len(kept)-1]) {
			kept = append(kept, prefix)
		}
	}
	return kept
}
