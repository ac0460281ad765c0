package httpapi

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"tallyflow/gateway/internal/problem"
)

// unknownRows is the label where a request ended before its rows were counted.
const unknownRows = "unknown"

// rowBounds are the upper bounds of the size classes by which metrics tell batches apart.
var rowBounds = []int{1_000, 10_000, 100_000}

// limitNames are the limits that a client can reach.
var limitNames = []string{
	"per-key", "per-address", "per-key-rows", "per-key-bytes", "bodies", "streams", "slow-uploads", "connections",
}

// metrics have the names that those of the API have.
type metrics struct {
	requestSeconds *prometheus.HistogramVec
	ingestSeconds  *prometheus.HistogramVec
	refused        *prometheus.CounterVec
	limitsHit      *prometheus.CounterVec
	batches        prometheus.Counter
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	metrics := &metrics{
		requestSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "tallyflow_http_request_seconds",
			Help:    "Time to answer, by route, method and status.",
			Buckets: []float64{0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "method", "status"}),
		ingestSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tallyflow_ingest_request_seconds",
			Help: "Time to answer a POST of transactions, without the time in which its client was waited for.",
			// The service objective is 1 s.
			Buckets: []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"rows", "outcome"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tallyflow_requests_refused_total",
			Help: "Requests answered with a problem, by its code, and by whose fault it was.",
		}, []string{"code", "fault"}),
		limitsHit: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tallyflow_limits_hit_total",
			Help: "Requests refused, and connections closed, because a limit was reached.",
		}, []string{"limit"}),
		batches: prometheus.NewCounter(prometheus.CounterOpts{
			Name:        "tallyflow_batches_captured_total",
			Help:        "POSTs of transactions that were accepted.",
			ConstLabels: prometheus.Labels{"outcome": "new"},
		}),
	}
	registerer.MustRegister(
		metrics.requestSeconds, metrics.ingestSeconds, metrics.refused, metrics.limitsHit, metrics.batches)
	metrics.beginAtZero()
	return metrics
}

// beginAtZero sets zeros, since a rate needs the zero before the first one, and an alert asks whether the metric is there.
func (metrics *metrics) beginAtZero() {
	for code := range problem.Codes() {
		bad := problem.New(code, "")
		metrics.refused.WithLabelValues(string(code), bad.Fault())
	}
	metrics.refused.WithLabelValues(string(problem.Overloaded), "client")
	for _, name := range limitNames {
		metrics.limitsHit.WithLabelValues(name)
	}
	for _, rows := range []string{rowClass(1), rowClass(10_000), rowClass(100_000), rowClass(100_001), unknownRows} {
		for _, outcome := range []string{"accepted", "refused", "failed"} {
			metrics.ingestSeconds.WithLabelValues(rows, outcome)
		}
	}
}

func (metrics *metrics) countLimit(name string) { metrics.limitsHit.WithLabelValues(name).Inc() }

// rowClass is the least upper bound of the rows.
func rowClass(rows int) string {
	if rows < 0 {
		return unknownRows
	}
	for _, bound := range rowBounds {
		if rows <= bound {
			return fmt.Sprint(bound)
		}
	}
	return "more"
}
