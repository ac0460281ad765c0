package apikeys

import "github.com/prometheus/client_golang/prometheus"

// Expose registers the metrics of the store.
func (store *Store) Expose(registerer prometheus.Registerer) {
	registerer.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tallyflow_api_keys_age_seconds",
			Help: "Time since the API keys were last known to be all that Kafka has; infinite before they were read.",
		}, store.ageSeconds),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tallyflow_api_keys",
			Help: "API keys that were not revoked.",
		}, func() float64 { return float64(store.Len()) }),
	)
}
