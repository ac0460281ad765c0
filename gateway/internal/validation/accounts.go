package validation

import (
	"slices"
	"strings"
)

// SortPrefixes brings the prefixes of account ids that a key is bound to into the form that rows are compared with: in
// the order of their bytes, without those that begin with another prefix and therefore add nothing.
func SortPrefixes(prefixes []string) []string {
	kept := make([]string, 0, len(prefixes))
	// In this order a prefix stands before all that begin with it.
	for _, prefix := range slices.Sorted(slices.Values(prefixes)) {
		if len(kept) == 0 || !strings.HasPrefix(prefix, kept[len(kept)-1]) {
			kept = append(kept, prefix)
		}
	}
	return kept
}

// mayUseAccount tells whether an account's id begins with one of the sorted prefixes, letter by letter; no prefixes allow
// every account. It runs for each row, so it compares only one prefix: the last one that does not sort after the id.
func mayUseAccount(prefixes []string, accountID []byte) bool {
	if len(prefixes) == 0 {
		return true
	}
	low, high := 0, len(prefixes)
	for low < high {
		middle := (low + high) / 2
		if prefixes[middle] <= string(accountID) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return false
	}
	prefix := prefixes[low-1]
	return len(accountID) >= len(prefix) && string(accountID[:len(prefix)]) == prefix
}
