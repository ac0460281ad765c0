package apikeys

import (
	"slices"
	"time"
)

// Key is what the gateway knows of an API key; the key itself it never knows.
type Key struct {
	ID int64
	// LineageID is shared by a key and those that it was rotated to.
	LineageID int64
	Scopes    []string
	// AccountPrefixes is in the form of validation.SortPrefixes; empty for a key that may use every account.
	AccountPrefixes []string
	// ExpiresAt is zero for a key that never expires.
	ExpiresAt time.Time

	hash [32]byte
}

// HasScope tells whether the key was given the scope.
func (key *Key) HasScope(scope string) bool { return slices.Contains(key.Scopes, scope) }

// IsBound tells whether the key may use some accounts only.
func (key *Key) IsBound() bool { return len(key.AccountPrefixes) > 0 }

func (key *Key) hasExpired(now time.Time) bool {
	return !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt)
}
