package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tallyflow/contract"
	"tallyflow/gateway/internal/admission"
	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/batchid"
	"tallyflow/gateway/internal/capture"
	"tallyflow/gateway/internal/problem"
	"tallyflow/gateway/internal/telemetry"
	"tallyflow/gateway/internal/validation"
)

// watchAfter is when it begins to be watched whether the key of an upload is still good. Most uploads are over by then, and
// a key that is revoked in the meantime is noticed at once.
const watchAfter = 500 * time.Millisecond

// acceptedBatch is the answer. How many rows were stored already is known only later.
type acceptedBatch struct {
	BatchID          string  `json:"batch_id"`
	Status           string  `json:"status"`
	TransactionCount int     `json:"transaction_count"`
	DuplicateCount   *int    `json:"duplicate_count"`
	ConflictCount    *int    `json:"conflict_count"`
	RequestID        *string `json:"request_id"`
}

// ingest captures a batch, all of it or nothing.
func (handler *Handler) ingest(exchange *exchange) error {
	key, err := handler.authenticate(exchange)
	if err != nil {
		return err
	}
	standing := handler.requests.Add(key.LineageID, 1)
	announce(exchange, handler.requests.Policy(), standing)
	if standing.IsExceeded() {
		return tooMany(handler, handler.requests, standing)
	}
	batch, batchID, err := handler.receive(exchange, key)
	announce(exchange, handler.rows.Policy(), handler.rows.Look(key.LineageID))
	announce(exchange, handler.bytes.Policy(), handler.bytes.Look(key.LineageID))
	if err != nil {
		return err
	}
	exchange.info.BatchID = batchID
	exchange.info.rowCount = batch.RowCount
	handler.metrics.batches.Inc()
	exchange.Header()["Location"] = []string{"/api/integrations/batches/" + batchID}
	exchange.answer(http.StatusAccepted, "application/json; charset=utf-8", encode(acceptedBatch{
		BatchID: batchID, Status: "pending", TransactionCount: batch.RowCount, RequestID: batch.RequestID,
	}))
	return nil
}

// encode writes an answer without the escapes of HTML.
func encode(answer acceptedBatch) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	// Texts and numbers alone can always be encoded.
	_ = encoder.Encode(answer)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

func (handler *Handler) receive(exchange *exchange, key *apikeys.Key) (validation.Batch, string, error) {
	mediaType := mediaTypeOf(exchange.request)
	if mediaType != jsonType && mediaType != linesType {
		return validation.Batch{}, "", problem.New(problem.UnsupportedMediaType, "Send application/json or application/x-ndjson.")
	}
	idempotencyKey := header(exchange.request, "Idempotency-Key")
	if len(idempotencyKey) > contract.Limits.MaxIDCharacters {
		return validation.Batch{}, "", problem.New(problem.InvalidRequest,
			fmt.Sprintf("The Idempotency-Key must have at most %d characters.", contract.Limits.MaxIDCharacters))
	}
	batchID, err := batchIDOf(key, idempotencyKey)
	if err != nil {
		return validation.Batch{}, "", err
	}
	receiving := &reception{handler: handler, exchange: exchange, key: key, isIdempotent: idempotencyKey != ""}
	var batch validation.Batch
	if mediaType == jsonType {
		batch, err = receiving.receiveJSON(batchID)
	} else {
		batch, err = receiving.receiveLines(batchID)
	}
	return batch, batchID, err
}

func batchIDOf(key *apikeys.Key, idempotencyKey string) (string, error) {
	if idempotencyKey == "" {
		return batchid.New()
	}
	return batchid.Derive(key.LineageID, idempotencyKey), nil
}

const (
	jsonType  = "application/json"
	linesType = "application/x-ndjson"
)

// mediaTypeOf is empty for a request without a body.
func mediaTypeOf(request *http.Request) string {
	hasBody := request.ContentLength != 0 || request.Header["Content-Length"] != nil
	if !hasBody {
		return ""
	}
	mediaType, _, _ := strings.Cut(request.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(mediaType))
}

// reception is a batch that is received.
type reception struct {
	handler      *Handler
	exchange     *exchange
	key          *apikeys.Key
	isIdempotent bool
	upload       Upload
	ctx          context.Context
}

// receiveJSON takes a body whose rows are counted against the limit once they are all read.
func (reception *reception) receiveJSON(batchID string) (validation.Batch, error) {
	limits := reception.handler.options.Limits
	return reception.receive(batchID, receiving{
		pace: bodyPace, slots: reception.handler.bodies, maxBytes: limits.MaxBodyBytes,
		read: func(content *content, body *body) (validation.Batch, error) {
			content.count = func(bytes int) error {
				body.pace.Count(bytes)
				return reception.countBytes(bytes)
			}
			batch, err := validation.ReadJSON(content, int(limits.MaxBatchRows), reception.key.AccountPrefixes, reception)
			if err != nil {
				return batch, err
			}
			reception.exchange.info.rowCount = batch.RowCount
			return batch, reception.countRows(batch.RowCount)
		},
	})
}

// receiveLines takes a stream, whose rows are counted against the limit as they come.
func (reception *reception) receiveLines(batchID string) (validation.Batch, error) {
	query, err := validation.ReadStreamQuery(reception.exchange.request.URL.RawQuery)
	if err != nil {
		return validation.Batch{}, err
	}
	limits := reception.handler.options.Limits
	return reception.receive(batchID, receiving{
		pace: streamPace, slots: reception.handler.streams, maxBytes: limits.MaxStreamBytes,
		hashed: reception.exchange.request.URL.RawQuery,
		read: func(content *content, body *body) (validation.Batch, error) {
			content.count = reception.countBytes
			count, err := validation.ReadLines(content, countedSink{reception}, validation.LinesOptions{
				MaxRows: int(limits.MaxStreamRows), Expected: query.Total, Prefixes: reception.key.AccountPrefixes,
				OnRows: body.pace.Count,
			})
			return validation.Batch{RequestID: query.RequestID, RowCount: count}, err
		},
	})
}

// receiving is what differs between bodies in JSON and streams.
type receiving struct {
	pace     admission.PaceLimits
	slots    *admission.Semaphore
	maxBytes int64
	// hashed is what belongs to the request besides its body.
	hashed string
	read   func(content *content, body *body) (validation.Batch, error)
}

// receive waits for a turn, reads the body, and has Kafka acknowledge the batch.
func (reception *reception) receive(batchID string, receiving receiving) (validation.Batch, error) {
	upload, err := reception.handler.options.Begin(batchID, reception.key)
	if err != nil {
		return validation.Batch{}, err
	}
	defer upload.Discard()
	reception.upload = upload
	body := newBody(reception.exchange, receiving.pace)
	stop := reception.watch(body)
	defer stop()
	release, err := receiving.slots.Acquire(reception.ctx, reception.key.LineageID, body.pace)
	if err != nil {
		return validation.Batch{}, reception.failure(body, err)
	}
	defer release()
	content, err := newContent(reception.exchange.request, body, receiving.maxBytes)
	if err != nil {
		return validation.Batch{}, err
	}
	if reception.isIdempotent {
		content.hash = sha256.New()
		content.hash.Write([]byte(receiving.hashed))
	}
	_, step := telemetry.StartStep(reception.ctx, "read and check the body")
	batch, err := receiving.read(content, body)
	telemetry.EndStep(step, err)
	if err != nil {
		return batch, reception.failure(body, err)
	}
	if err := body.settle(); err != nil {
		return batch, err
	}
	envelope := capture.Envelope{RequestID: batch.RequestID}
	if content.hash != nil {
		envelope.RequestHash = content.hash.Sum(nil)
	}
	return batch, reception.failure(body, upload.Commit(reception.ctx, envelope))
}

// watch ends the request once its key is no longer good, until its batch is on its way: what becomes of that is the answer.
func (reception *reception) watch(body *body) (stop func()) {
	ctx, cancel := context.WithCancelCause(reception.exchange.request.Context())
	reception.ctx = ctx
	timer := time.AfterFunc(watchAfter, func() {
		ended, stopWatching := reception.handler.options.Keys.Watch(reception.key.ID)
		defer stopWatching()
		select {
		case <-ctx.Done():
		case <-body.settled:
		case <-ended:
			err := problem.New(problem.Unauthenticated, "The API key was revoked or has expired. Nothing was stored.")
			if body.fail(err) {
				cancel(err)
			}
		}
	})
	return func() {
		timer.Stop()
		cancel(nil)
	}
}

// failure prefers the reason for which the request was ended to what came of it. A context that ends without any has lost
// its client.
func (reception *reception) failure(body *body, err error) error {
	if err == nil {
		return nil
	}
	if failed := body.failure(); failed != nil {
		return failed
	}
	var known *problem.Problem
	if !errors.As(err, &known) && reception.exchange.request.Context().Err() != nil {
		return errLeft
	}
	return err
}

func (reception *reception) countBytes(bytes int) error {
	return reception.handler.count(reception.handler.bytes, reception.key.LineageID, bytes)
}

func (reception *reception) countRows(rows int) error {
	return reception.handler.count(reception.handler.rows, reception.key.LineageID, rows)
}

// Write and Reset make the reception a sink of rows.
func (reception *reception) Write(rows []byte, count int) error {
	return reception.upload.Write(reception.ctx, rows, count)
}

func (reception *reception) Reset() { reception.upload.Reset() }

// countedSink counts rows before they are written.
type countedSink struct{ *reception }

func (sink countedSink) Write(rows []byte, count int) error {
	if err := sink.countRows(count); err != nil {
		return err
	}
	return sink.reception.Write(rows, count)
}
