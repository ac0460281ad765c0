package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"tallyflow/gateway/internal/batchid"
	"tallyflow/gateway/internal/capture"
)

func batchOf(rows ...string) string { return `{"transactions":[` + strings.Join(rows, ",") + `]}` }

func rows(count int) []string {
	rows := make([]string, count)
	for index := range rows {
		rows[index] = rowOf(fmt.Sprintf("t-%d", index), "")
	}
	return rows
}

func zip(text string) string {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	return out.String()
}

func TestCapturesABatch(t *testing.T) {
	fixture := start(t, usualLimits())
	body := `{"request_id":"r<1>","total_transactions":1,"transactions":[` +
		rowOf("t-1", `,"name":"POS <\u00e9> \"x\"","merchant_name":" "`) + `]}`
	answer := fixture.send(body)
	fixture.expect(answer, http.StatusAccepted, "")
	batches := fixture.captured()
	if len(batches) != 1 {
		t.Fatalf("%d batches were captured", len(batches))
	}
	batch := batches[0]
	expected := map[string]string{
		"transaction_id": "t-1", "account_id": "acc-1", "amount": "-42.1", "currency": "USD", "date": "2026-01-31",
		"description": `POS <é> "x"`,
	}
	if batch.count != 1 || !maps.Equal(batch.rows[0], expected) {
		t.Errorf("captured %v", batch.rows)
	}
	if *batch.envelope.RequestID != "r<1>" || batch.envelope.RequestHash != nil {
		t.Errorf("captured with %v", batch.envelope)
	}
	text := fmt.Sprintf(`{"batch_id":%q,"status":"pending","transaction_count":1,"duplicate_count":null,`+
		`"conflict_count":null,"request_id":"r<1>"}`, batch.id)
	if answer.text != text || answer.headers.Get("Location") != "/api/integrations/batches/"+batch.id {
		t.Errorf("answered with %s, %v", answer.text, answer.headers)
	}
	limits := answer.headers.Get("RateLimit")
	if limits != fmt.Sprintf(`"per-key";r=59999;t=60, "per-key-rows";r=9999999;t=60, "per-key-bytes";r=%d;t=60`,
		4294967296-len(body)) {
		t.Errorf("announces %s", limits)
	}
	if policy := answer.headers.Get("RateLimit-Policy"); policy != `"per-key";q=60000;w=60, `+
		`"per-key-rows";q=10000000;w=60;qu="rows", "per-key-bytes";q=4294967296;w=60;qu="content-bytes"` {
		t.Errorf("announces %s", policy)
	}
}

func TestCapturesAStream(t *testing.T) {
	fixture := start(t, usualLimits())
	body := strings.Join(rows(11_000), "\n")
	answer := fixture.request(http.MethodPost, ingestPath+"?request_id=a+b&total_transactions=11000", zip(body),
		"Content-Type", "Application/X-NDJSON; charset=utf-8", "Content-Encoding", "GZIP")
	fixture.expect(answer, http.StatusAccepted, "")
	batch := fixture.captured()[0]
	if batch.count != 11_000 || batch.rows[10_999]["transaction_id"] != "t-10999" || *answer.body.RequestID != "a b" {
		t.Errorf("captured %d rows, answered %s", batch.count, answer.text)
	}
}

func TestRefusals(t *testing.T) {
	ndjson := []string{"Content-Type", "application/x-ndjson"}
	for name, given := range map[string]struct {
		body    string
		headers []string
		status  int
		code    string
	}{
		"no key":                     {batchOf(rows(1)...), []string{"Authorization", ""}, 401, "unauthenticated"},
		"another scheme":             {batchOf(rows(1)...), []string{"Authorization", "Basic abc"}, 401, "unauthenticated"},
		"an unknown key":             {batchOf(rows(1)...), []string{"Authorization", "Bearer x"}, 401, "unauthenticated"},
		"a key that has expired":     {batchOf(rows(1)...), []string{"Authorization", "Bearer " + oldKey}, 401, "unauthenticated"},
		"another scope":              {batchOf(rows(1)...), []string{"Authorization", "Bearer " + readKey}, 403, "insufficient_scope"},
		"broken JSON":                {`{"transactions":[`, nil, 400, "malformed_json"},
		"an empty body":              {``, nil, 400, "malformed_json"},
		"no UTF-8":                   {"{\"a\":\"\xff\"}", nil, 400, "invalid_encoding"},
		"no rows":                    {`{"transactions":[]}`, nil, 400, "invalid_request"},
		"a row too many":             {batchOf(rows(201)...), nil, 413, "payload_too_large"},
		"a byte too many":            {strings.Repeat(" ", 100_001), nil, 413, "payload_too_large"},
		"a form":                     {"a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"},
		"another encoding":           {"{}", []string{"Content-Encoding", "br"}, 415, "unsupported_media_type"},
		"a bomb":                     {zip(strings.Repeat(" ", 50_000_000)), []string{"Content-Encoding", "gzip"}, 413, "payload_too_large"},
		"no gzip":                    {"no gzip", []string{"Content-Encoding", "gzip"}, 400, "invalid_encoding"},
		"gzip that was cut off":      {zip(batchOf(rows(1)...))[:30], []string{"Content-Encoding", "gzip"}, 400, "invalid_encoding"},
		"an idempotency key":         {batchOf(rows(1)...), []string{"Idempotency-Key", strings.Repeat("k", 256)}, 400, "invalid_request"},
		"a line too many":            {strings.Join(rows(12_001), "\n"), ndjson, 413, "payload_too_large"},
		"a bad line":                 {strings.Join(rows(2), "\n") + "\n{", ndjson, 400, "invalid_request"},
		"accounts of another":        {batchOf(strings.Replace(rowOf("t", ""), "acc-1", "acc-2", 1)), []string{"Authorization", "Bearer " + boundKey}, 403, "account_not_allowed"},
		"a bad row goes before that": {batchOf(strings.Replace(rowOf("t", ""), "acc-1", "acc-2", 1), "1"), []string{"Authorization", "Bearer " + boundKey}, 400, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			fixture := start(t, usualLimits())
			fixture.expect(fixture.send(given.body, given.headers...), given.status, given.code)
		})
	}
}

func TestAcceptsExactlyTheLimits(t *testing.T) {
	fixture := start(t, usualLimits())
	fixture.expect(fixture.send(batchOf(rows(200)...)), http.StatusAccepted, "")
	body := batchOf(rows(200)...)
	fixture.expect(fixture.send(body+strings.Repeat(" ", 100_000-len(body))), http.StatusAccepted, "")
	fixture.expect(fixture.send(strings.Join(rows(12_000), "\n"), "Content-Type", "application/x-ndjson"), http.StatusAccepted, "")
	fixture.expect(fixture.send(batchOf(rows(1)...), "Idempotency-Key", strings.Repeat("k", 255)), http.StatusAccepted, "")
}

func TestRoutes(t *testing.T) {
	fixture := start(t, usualLimits())
	fixture.expect(fixture.request(http.MethodPost, "/API/Integrations/TRANSACTIONS", batchOf(rows(1)...)), 202, "")
	fixture.batches = nil
	for path, status := range map[string]int{
		"/healthz": 200, "/healthz/": 200, ingestPath + "//": 404, "/api/integrations/transaction%73": 404, "/": 404,
	} {
		if found := fixture.request(http.MethodGet, path, ""); found.status != status {
			t.Errorf("%s: %d", path, found.status)
		}
	}
	found := fixture.request(http.MethodGet, batchPath, "")
	fixture.expect(found, http.StatusMethodNotAllowed, "method_not_allowed")
	if found.headers.Get("Allow") != "POST" {
		t.Errorf("allows %s", found.headers.Get("Allow"))
	}
	if found := fixture.request(http.MethodOptions, batchPath, ""); found.status != 200 || found.headers.Get("Allow") != "POST" {
		t.Errorf("OPTIONS: %d %v", found.status, found.headers)
	}
	if found := fixture.request(http.MethodPost, "/healthz", ""); found.status != 405 || found.headers.Get("Allow") != "HEAD, GET" {
		t.Errorf("POST /healthz: %d %v", found.status, found.headers)
	}
	found = fixture.request(http.MethodGet, "/no/x%20y?q=<", "", "X-Request-Id", "abc-1")
	expected := `{"type":"urn:tallyflow:problem:not-found","title":"Not Found","status":404,"detail":"There is nothing at ` +
		`/no/x%20y.","instance":"/no/x%20y","code":"not_found","request_id":"abc-1"}`
	if found.text != expected {
		t.Errorf("answered with %s", found.text)
	}
}

func TestTheIdempotencyKeyMakesTheBatchID(t *testing.T) {
	fixture := start(t, usualLimits())
	body := batchOf(rows(1)...)
	first := fixture.send(zip(body), "Idempotency-Key", "k", "Content-Encoding", "gzip")
	second := fixture.request(http.MethodPost, ingestPath+"?a=b", rows(1)[0], "Idempotency-Key", "k",
		"Content-Type", "application/x-ndjson")
	if first.body.BatchID != batchid.Derive(1, "k") || first.body.BatchID != second.body.BatchID {
		t.Errorf("batches %s and %s", first.body.BatchID, second.body.BatchID)
	}
	for index, hashed := range []string{body, "a=b" + rows(1)[0]} {
		expected := sha256.Sum256([]byte(hashed))
		if found := fixture.captured()[index].envelope.RequestHash; !bytes.Equal(found, expected[:]) {
			t.Errorf("batch %d has hash %x", index, found)
		}
	}
}

func TestKafkaIsAway(t *testing.T) {
	for _, given := range []struct {
		begin, write, commit error
		code                 string
	}{
		{begin: capture.ErrUnavailable, code: "kafka_unavailable"},
		{write: fmt.Errorf("it: %w", capture.ErrFull), code: "overloaded"},
		{write: capture.ErrShare, code: "overloaded"},
		{commit: capture.ErrUnconfirmed, code: "kafka_unavailable"},
		{commit: errors.New("secret"), code: "internal_error"},
	} {
		fixture := start(t, usualLimits())
		fixture.beginError, fixture.writeError, fixture.commitError = given.begin, given.write, given.commit
		found := fixture.send(batchOf(rows(1)...))
		status := http.StatusServiceUnavailable
		if given.code == "internal_error" {
			status = http.StatusInternalServerError
		} else if found.headers.Get("Retry-After") == "" {
			t.Errorf("%s has no Retry-After", given.code)
		}
		fixture.expect(found, status, given.code)
		if strings.Contains(found.text, "secret") {
			t.Errorf("answered with %s", found.text)
		}
	}
}

func TestNobodyIsBelievedWhileRevocationsAreNotHeard(t *testing.T) {
	fixture := start(t, usualLimits())
	fixture.keys.isStale = true
	fixture.expect(fixture.send(batchOf(rows(1)...)), http.StatusServiceUnavailable, "kafka_unavailable")
	fixture.expect(fixture.send(batchOf(rows(1)...), "Authorization", "Bearer x"), http.StatusServiceUnavailable, "kafka_unavailable")
}

func TestRateLimits(t *testing.T) {
	t.Run("of requests", func(t *testing.T) {
		limits := usualLimits()
		limits.RateLimitPerMinute = 2
		fixture := start(t, limits)
		for range 2 {
			fixture.send("{}")
		}
		fixture.expect(fixture.send(batchOf(rows(1)...)), http.StatusTooManyRequests, "rate_limited")
		fixture.expect(fixture.send(batchOf(rows(1)...), "Authorization", "Bearer "+otherKey), http.StatusAccepted, "")
	})
	t.Run("of rows", func(t *testing.T) {
		limits := usualLimits()
		limits.RateLimitRowsPerMinute = 4
		fixture := start(t, limits)
		fixture.expect(fixture.send(batchOf(rows(5)...)), http.StatusTooManyRequests, "rate_limited")
		fixture = start(t, limits)
		fixture.expect(fixture.send(strings.Join(rows(5), "\n"), "Content-Type", "application/x-ndjson"),
			http.StatusTooManyRequests, "rate_limited")
		fixture = start(t, limits)
		fixture.expect(fixture.send(batchOf(rows(4)...)), http.StatusAccepted, "")
	})
	t.Run("of bytes", func(t *testing.T) {
		limits := usualLimits()
		limits.RateLimitBytesPerMinute = 100
		fixture := start(t, limits)
		found := fixture.send(batchOf(rows(1)...))
		fixture.expect(found, http.StatusTooManyRequests, "rate_limited")
		if seconds := found.headers.Get("Retry-After"); seconds != "60" {
			t.Errorf("Retry-After is %q", seconds)
		}
	})
	t.Run("of guesses, which a good key need not fear", func(t *testing.T) {
		limits := usualLimits()
		limits.UnauthenticatedPerMinute = 2
		fixture := start(t, limits)
		for range 2 {
			fixture.expect(fixture.send("{}", "Authorization", "Bearer x"), http.StatusUnauthorized, "unauthenticated")
		}
		found := fixture.send("{}", "Authorization", "Bearer x")
		fixture.expect(found, http.StatusTooManyRequests, "rate_limited")
		if limit := found.headers.Get("RateLimit"); limit != `"per-address";r=0;t=60` {
			t.Errorf("announces %s", limit)
		}
		fixture.expect(fixture.send(batchOf(rows(1)...)), http.StatusAccepted, "")
	})
}
