package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
)

// nowhere is a batch that is captured at once.
type nowhere struct{}

func (nowhere) Write(context.Context, []byte, int) error       { return nil }
func (nowhere) Reset()                                         {}
func (nowhere) Discard()                                       {}
func (nowhere) Commit(context.Context, capture.Envelope) error { return nil }

// unlimited is an answer that takes any deadline.
type unlimited struct{ *httptest.ResponseRecorder }

func (unlimited) SetReadDeadline(time.Time) error  { return nil }
func (unlimited) SetWriteDeadline(time.Time) error { return nil }

func benchmarkHandler() *Handler {
	limits := usualLimits()
	limits.MaxBatchRows, limits.MaxBodyBytes = 100_000, 64<<20
	limits.RateLimitPerMinute, limits.RateLimitRowsPerMinute, limits.RateLimitBytesPerMinute = 1<<50, 1<<50, 1<<50
	keys := &testKeys{byHash: map[[32]byte]*apikeys.Key{
		sha256.Sum256([]byte(apiKey)): {ID: 1, LineageID: 1, Scopes: []string{"ingest"}},
	}}
	return New(Options{
		Keys:    keys,
		Begin:   func(string, *apikeys.Key) (Upload, error) { return nowhere{}, nil },
		Limits:  limits,
		Logger:  slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(),
	})
}

func BenchmarkHandler(b *testing.B) {
	handler := benchmarkHandler()
	for _, count := range []int{10, 10_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			body := []byte(batchOf(rows(count)...))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, batchPath, bytes.NewReader(body))
				request.RemoteAddr = net.JoinHostPort("127.0.0.1", "1")
				request.Header.Set("Authorization", "Bearer "+apiKey)
				request.Header.Set("Content-Type", jsonType)
				recorder := unlimited{httptest.NewRecorder()}
				handler.ServeHTTP(recorder, request)
				if recorder.Code != http.StatusAccepted {
					b.Fatal(recorder.Body)
				}
			}
		})
	}
}
