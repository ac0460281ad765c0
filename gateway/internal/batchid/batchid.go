// Package batchid makes the ids of batches.
package batchid

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// New returns a UUID of version 7, which begins with the time.
func New() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("cannot make a batch id: %w", err)
	}
	return id.String(), nil
}

// Derive returns the id of the batch of an idempotency key, the same each time: a UUID of version 8 (RFC 9562) of the
// SHA-256 of the API key's lineage and that key. Thus a repeat is the same batch, whichever process it comes to.
func Derive(lineageID int64, idempotencyKey string) string {
	hash := sha256.Sum256([]byte(strconv.FormatInt(lineageID, 10) + "\x00" + idempotencyKey))
	id := uuid.UUID(hash[:16])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
