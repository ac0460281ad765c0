// Package operations answers those who run the service.
package operations

import (
	"encoding/json"
	"net/http"
	"time"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
)

// maxSilence is for how long Kafka may say nothing about API keys before it counts as away: it answers twice a second.
const maxSilence = 5 * time.Second

type readiness struct {
	Status string `json:"status"`
	// Kafka is up where it takes batches and answers.
	Kafka string `json:"kafka"`
	// APIKeys is stale where keys are not believed, since it is too long ago that Kafka was heard.
	APIKeys string `json:"api_keys"`
}

// Handlers are open to anyone who reaches the port, by their paths.
func Handlers(writer *capture.Writer, keys *apikeys.Store) map[string]http.Handler {
	return map[string]http.Handler{
		"/healthz": http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
			writeJSON(response, http.StatusOK, map[string]string{"status": "ok"})
		}),
		"/readyz": http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
			state := readiness{Status: "ready", Kafka: "up", APIKeys: "fresh"}
			if !writer.Up() || keys.Age() > maxSilence {
				state.Kafka = "away"
			}
			if !keys.Fresh() {
				state.APIKeys = "stale"
			}
			if state.Kafka == "up" && state.APIKeys == "fresh" {
				writeJSON(response, http.StatusOK, state)
				return
			}
			state.Status = "unready"
			response.Header().Set("Retry-After", "5")
			writeJSON(response, http.StatusServiceUnavailable, state)
		}),
	}
}

func writeJSON(response http.ResponseWriter, status int, body any) {
	response.Header().Set("Content-Type", "application/json; charset=utf-8")
	response.WriteHeader(status)
	// A client that has left is told nothing.
	_ = json.NewEncoder(response).Encode(body)
}
