package apikeys

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tallyflow/gateway/internal/validation"
)

// completeKey is the key of the record by which the API says that all keys are in the topic.
const completeKey = "complete"

// parseComplete returns the offset from which on the topic has all keys.
func parseComplete(value []byte) (int64, error) {
	var record struct {
		Version        int    `json:"version"`
		LogStartOffset *int64 `json:"log_start_offset"`
	}
	if err := json.Unmarshal(value, &record); err != nil {
		return 0, fmt.Errorf("not a record that the topic is complete: %w", err)
	}
	if record.Version != 1 || record.LogStartOffset == nil {
		return 0, errors.New("not a record of version 1 that the topic is complete")
	}
	return *record.LogStartOffset, nil
}

// parseKey reads a record of the topic of keys.
func parseKey(recordKey, value []byte) (*Key, error) {
	var record struct {
		Version         int        `json:"version"`
		ID              int64      `json:"id"`
		LineageID       int64      `json:"lineage_id"`
		KeyHash         string     `json:"key_hash"`
		Scopes          []string   `json:"scopes"`
		AccountPrefixes []string   `json:"account_prefixes"`
		ExpiresAt       *time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal(value, &record); err != nil {
		return nil, fmt.Errorf("not a record of a key: %w", err)
	}
	if record.Version != 1 {
		return nil, fmt.Errorf("version %d of a record is not known", record.Version)
	}
	if string(recordKey) != strconv.FormatInt(record.ID, 10) || record.ID <= 0 || record.LineageID <= 0 {
		return nil, errors.New("the ids of a record do not fit together")
	}
	key := &Key{
		ID:              record.ID,
		LineageID:       record.LineageID,
		Scopes:          record.Scopes,
		AccountPrefixes: validation.SortPrefixes(record.AccountPrefixes),
	}
	// An empty prefix would allow every account, which a key says by having none.
	if slices.Contains(key.AccountPrefixes, "") {
		return nil, errors.New("a prefix of accounts is empty")
	}
	if hash, err := hex.DecodeString(record.KeyHash); err != nil || copy(key.hash[:], hash) != len(key.hash) || len(hash) != len(key.hash) {
		return nil, errors.New("the hash of a key is not a SHA-256")
	}
	if record.ExpiresAt != nil {
		key.ExpiresAt = *record.ExpiresAt
	}
	return key, nil
}
