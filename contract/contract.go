// Package contract holds what the API and the gateway must agree on: the limits of ingestion, and the currencies.
// The API reads the same files, where each limit carries its reason (src/domain/limits.ts, src/config.ts).
package contract

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed limits.json
var limitsFile []byte

//go:embed currencies.json
var currenciesFile []byte

// FixedLimits are part of the contract, and therefore not configurable.
type FixedLimits struct {
	MaxIDCharacters    int   `json:"maxIdCharacters"`
	MaxTextCharacters  int   `json:"maxTextCharacters"`
	MaxFieldErrors     int   `json:"maxFieldErrors"`
	MaxJSONDepth       int   `json:"maxJsonDepth"`
	MaxRowBytes        int   `json:"maxRowBytes"`
	MaxScalarBytes     int   `json:"maxScalarBytes"`
	MaxSpareBlankLines int   `json:"maxSpareBlankLines"`
	MaxUnfolding       int64 `json:"maxUnfolding"`
	FreeUnfoldedBytes  int64 `json:"freeUnfoldedBytes"`
	MaxRequestMS       int64 `json:"maxRequestMs"`
}

// Defaults are the limits that the environment may change, by the names of the variables.
type Defaults struct {
	MaxBatchRows             int64 `json:"MAX_BATCH_ROWS"`
	MaxBodyBytes             int64 `json:"MAX_BODY_BYTES"`
	MaxStreamRows            int64 `json:"MAX_STREAM_ROWS"`
	MaxStreamBytes           int64 `json:"MAX_STREAM_BYTES"`
	RateLimitPerMinute       int64 `json:"RATE_LIMIT_PER_MINUTE"`
	RateLimitRowsPerMinute   int64 `json:"RATE_LIMIT_ROWS_PER_MINUTE"`
	RateLimitBytesPerMinute  int64 `json:"RATE_LIMIT_BYTES_PER_MINUTE"`
	UnauthenticatedPerMinute int64 `json:"UNAUTHENTICATED_PER_MINUTE"`
}

var limits = mustRead[struct {
	Fixed    FixedLimits `json:"fixed"`
	Defaults Defaults    `json:"defaults"`
}](limitsFile)

// Limits and DefaultLimits are the values of limits.json.
var (
	Limits        = limits.Fixed
	DefaultLimits = limits.Defaults
)

type currencyLists struct {
	Source   string   `json:"source"`
	AsOf     string   `json:"as_of"`
	Current  []string `json:"current"`
	Historic []string `json:"historic"`
}

var currencies = toSet(mustRead[currencyLists](currenciesFile))

// IsCurrency says whether it is an alphabetic code of ISO 4217, in use or withdrawn, in capitals as there.
func IsCurrency(code string) bool {
	_, known := currencies[code]
	return known
}

func toSet(lists currencyLists) map[string]struct{} {
	set := make(map[string]struct{}, len(lists.Current)+len(lists.Historic))
	for _, list := range [][]string{lists.Current, lists.Historic} {
		for _, code := range list {
			set[code] = struct{}{}
		}
	}
	return set
}

// A file that does not fit its type is a mistake of the build, and every program that embeds it fails at its start.
func mustRead[T any](file []byte) (value T) {
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil {
		panic(fmt.Sprintf("a file of the contract is not what its type says: %v", err))
	}
	return value
}
