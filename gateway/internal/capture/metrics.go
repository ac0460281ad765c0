package capture

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct{ produceSeconds *prometheus.HistogramVec }

func newMetrics(registerer prometheus.Registerer, writer *Writer) *metrics {
	metrics := &metrics{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "tallyflow_kafka_produce_seconds",
		Help:    "Time until Kafka acknowledged a record, or it was given up.",
		Buckets: []float64{0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10},
	}, []string{"record", "outcome"})}
	// A rate needs the zero before the first one.
	for _, kind := range []string{"batch", "part"} {
		for _, outcome := range []string{"acknowledged", "failed"} {
			metrics.produceSeconds.WithLabelValues(kind, outcome)
		}
	}
	registerer.MustRegister(
		metrics.produceSeconds,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tallyflow_kafka_up",
			Help: "1 while Kafka takes batches, otherwise 0.",
		}, func() float64 {
			if writer.Up() {
				return 1
			}
			return 0
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tallyflow_kafka_buffered_bytes",
			Help: "Bytes of rows that are being received, or wait for Kafka.",
		}, func() float64 { return float64(writer.budget.bufferedBytes()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tallyflow_kafka_buffered_max_bytes",
			Help: "The most bytes of rows that are buffered.",
		}, func() float64 { return maxBufferedBytes }),
	)
	return metrics
}

func (metrics *metrics) observe(kind string, err error, duration time.Duration) {
	outcome := "acknowledged"
	if err != nil {
		outcome = "failed"
	}
	metrics.produceSeconds.WithLabelValues(kind, outcome).Observe(duration.Seconds())
}
