package capture

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/apikeys"
)

// The topics, which the command that creates topics names too.
const (
	batchesTopic = "tallyflow.batches"
	partsTopic   = "tallyflow.batch-parts"
)

// rowsPrefix begins every value with rows. What is known only when the rows are whole stands behind them, so that they
// are not copied again.
const rowsPrefix = `{"version":1,"transactions":[`

// Envelope is what a batch has beside its rows.
type Envelope struct {
	// RequestID is nil where the batch has none.
	RequestID *string
	// RequestHash is the SHA-256 of the request; nil without an Idempotency-Key.
	RequestHash []byte
}

// partRange says where in the topic of parts the rows of a large batch are.
type partRange struct {
	Key         string `json:"key"`
	Partition   int32  `json:"partition"`
	FirstOffset int64  `json:"first_offset"`
	LastOffset  int64  `json:"last_offset"`
	Count       int    `json:"count"`
}

// wholeValue ends the value of a batch that is one record.
func wholeValue(rows []byte, requestID *string) []byte {
	return append(append(append(rows, `],"request_id":`...), quote(requestID)...), '}')
}

// partValue ends the value of a part of a large batch.
func partValue(rows []byte, part int) []byte {
	return append(strconv.AppendInt(append(rows, `],"part":`...), int64(part), 10), '}')
}

// completingValue is the value of the record that completes a large batch.
func completingValue(requestID *string, parts partRange, transactionCount int) []byte {
	value, err := json.Marshal(struct {
		Version          int       `json:"version"`
		RequestID        *string   `json:"request_id"`
		Parts            partRange `json:"parts"`
		TransactionCount int       `json:"transaction_count"`
	}{1, requestID, parts, transactionCount})
	if err != nil {
		panic(err) // It holds nothing that JSON does not have.
	}
	return value
}

// batchHeaders says whose batch it is. They are believed, since Kafka lets the gateway alone write to this topic.
func batchHeaders(key *apikeys.Key, requestHash []byte, acceptedAt time.Time, traceparent string) []kgo.RecordHeader {
	headers := []kgo.RecordHeader{
		{Key: "api-key-id", Value: strconv.AppendInt(nil, key.ID, 10)},
		{Key: "lineage-id", Value: strconv.AppendInt(nil, key.LineageID, 10)},
		{Key: "accepted-at", Value: acceptedAt.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z")},
	}
	if key.IsBound() {
		headers = append(headers, kgo.RecordHeader{Key: "bound", Value: []byte("1")})
	}
	if requestHash != nil {
		headers = append(headers, kgo.RecordHeader{Key: "request-hash", Value: hex.AppendEncode(nil, requestHash)})
	}
	if traceparent != "" {
		headers = append(headers, kgo.RecordHeader{Key: "traceparent", Value: []byte(traceparent)})
	}
	return headers
}

func quote(text *string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // A text can always be written as JSON.
	}
	return quoted
}
