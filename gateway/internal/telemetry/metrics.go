package telemetry

import (
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// NewRegistry has the metrics of Go and of the process, and says which release runs.
func NewRegistry(version string) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	buildInfo := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "tallyflow_build_info",
		Help:        "Always 1. The labels say which release runs, and as what.",
		ConstLabels: prometheus.Labels{"version": version, "service": "gateway"},
	})
	buildInfo.Set(1)
	registry.MustRegister(
		buildInfo,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return registry
}

// ServeMetrics serves /metrics in the text format of Prometheus on a port of its own.
func ServeMetrics(host string, port int, registry *prometheus.Registry, logger *slog.Logger) (*http.Server, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	logger.Info("metrics served", "url", "http://"+listener.Addr().String()+"/metrics")
	return server, nil
}
