// Package waittest waits for conditions in tests.
package waittest

import (
	"testing"
	"time"
)

// A busy machine may take seconds for what else takes milliseconds.
const patience = 20 * time.Second

// Until returns once the condition holds, and fails the test where it does not in time.
func Until(t *testing.T, isTrue func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !isTrue() {
		if now := <-ticker.C; now.After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}
