// Package config alone reads the environment. It lists every variable with its default and its reason. A test compares
// docs/kafka.md with this list.
package config

import (
	"tallyflow/contract"
)

// Config is what the environment says.
type Config struct {
	// Host and Port are where batches are taken. The default is loopback, so that a deployment has to open it deliberately.
	Host string
	Port int
	// MetricsHost and MetricsPort are apart, so that metrics are never published by accident. Port 0 picks a free one.
	MetricsHost string
	MetricsPort int
	Kafka       Kafka
	Limits      Limits
	Telemetry   Telemetry
	LogLevel    string
}

// Kafka says how to connect.
type Kafka struct {
	Brokers []string
	TLS     bool
	// CAFile has the authorities of the brokers' certificates; empty for the system's.
	CAFile string
	// CertFile and KeyFile are the client's certificate.
	CertFile      string
	KeyFile       string
	SASLMechanism string
	SASLUsername  string
	SASLPassword  string
}

// The values of KAFKA_SASL_MECHANISM.
const (
	SASLPlain       = "plain"
	SASLScramSHA256 = "scram-sha-256"
	SASLScramSHA512 = "scram-sha-512"
)

// Limits are those of requests. Limits by the minute are those of one process.
type Limits struct {
	MaxBatchRows             int64
	MaxBodyBytes             int64
	MaxStreamRows            int64
	MaxStreamBytes           int64
	RateLimitPerMinute       int64
	RateLimitRowsPerMinute   int64
	RateLimitBytesPerMinute  int64
	UnauthenticatedPerMinute int64
	// TrustedProxyHops is the number of reverse proxies in front, which append addresses to X-Forwarded-For.
	TrustedProxyHops int64
}

// Telemetry says where traces go.
type Telemetry struct {
	// Endpoint takes OTLP over HTTP; empty where no traces are recorded.
	Endpoint string
	Headers  map[string]string
	// SampleRatio is the share of requests whose traces are recorded.
	SampleRatio float64
}

// Load reads the environment. An empty variable counts as not set, since Compose files leave unset ones empty. The
// error names every variable that is not valid, but never its value, which may be a secret.
func Load(lookup func(name string) string) (Config, error) {
	reader := &reader{lookup: lookup}
	config := read(reader)
	checkTogether(reader, config)
	return config, reader.err()
}

// Variables lists the variables with their defaults, in the order in which they are read.
func Variables() []Variable {
	reader := &reader{lookup: func(string) string { return "" }}
	read(reader)
	return reader.variables
}

func read(reader *reader) Config {
	defaults := contract.DefaultLimits
	return Config{
		Port:        int(reader.integer("PORT", 3001, 0, 65_535)),
		Host:        reader.text("HOST", "127.0.0.1"),
		MetricsPort: int(reader.integer("METRICS_PORT", 9466, 0, 65_535)),
		MetricsHost: reader.text("METRICS_HOST", "127.0.0.1"),
		Kafka: Kafka{
			Brokers:       reader.brokers("KAFKA_BROKERS"),
			TLS:           reader.flag("KAFKA_TLS"),
			CAFile:        reader.text("KAFKA_CA_FILE", ""),
			CertFile:      reader.text("KAFKA_CERT_FILE", ""),
			KeyFile:       reader.text("KAFKA_KEY_FILE", ""),
			SASLMechanism: reader.choice("KAFKA_SASL_MECHANISM", "", SASLPlain, SASLScramSHA256, SASLScramSHA512),
			SASLUsername:  reader.text("KAFKA_SASL_USERNAME", ""),
			SASLPassword:  reader.text("KAFKA_SASL_PASSWORD", ""),
		},
		Limits: Limits{
			MaxBatchRows:             reader.positive("MAX_BATCH_ROWS", defaults.MaxBatchRows),
			MaxBodyBytes:             reader.positive("MAX_BODY_BYTES", defaults.MaxBodyBytes),
			MaxStreamRows:            reader.positive("MAX_STREAM_ROWS", defaults.MaxStreamRows),
			MaxStreamBytes:           reader.positive("MAX_STREAM_BYTES", defaults.MaxStreamBytes),
			RateLimitPerMinute:       reader.positive("RATE_LIMIT_PER_MINUTE", defaults.RateLimitPerMinute),
			RateLimitRowsPerMinute:   reader.positive("RATE_LIMIT_ROWS_PER_MINUTE", defaults.RateLimitRowsPerMinute),
			RateLimitBytesPerMinute:  reader.positive("RATE_LIMIT_BYTES_PER_MINUTE", defaults.RateLimitBytesPerMinute),
			UnauthenticatedPerMinute: reader.positive("UNAUTHENTICATED_PER_MINUTE", defaults.UnauthenticatedPerMinute),
			TrustedProxyHops:         reader.integer("TRUSTED_PROXY_HOPS", 0, 0, 10),
		},
		Telemetry: Telemetry{
			Endpoint:    reader.httpURL("OTEL_EXPORTER_OTLP_ENDPOINT"),
			Headers:     reader.headers("OTEL_EXPORTER_OTLP_HEADERS"),
			SampleRatio: reader.ratio("OTEL_TRACES_SAMPLER_ARG", 0.05),
		},
		LogLevel: reader.choice("LOG_LEVEL", "info", "fatal", "error", "warn", "info", "debug", "trace", "silent"),
	}
}

// checkTogether applies the rules that involve several variables. Half of what encryption needs would mean none.
func checkTogether(reader *reader, config Config) {
	kafka, limits := config.Kafka, config.Limits
	if (kafka.CertFile == "") != (kafka.KeyFile == "") {
		reader.complain("KAFKA_KEY_FILE", "must be set together with KAFKA_CERT_FILE")
	}
	if !kafka.TLS && (kafka.CAFile != "" || kafka.CertFile != "") {
		reader.complain("KAFKA_TLS", "must be true where KAFKA_CA_FILE or KAFKA_CERT_FILE is set")
	}
	if kafka.SASLMechanism == SASLPlain && !kafka.TLS {
		reader.complain("KAFKA_TLS", "must be true where KAFKA_SASL_MECHANISM is plain")
	}
	hasMechanism := kafka.SASLMechanism != ""
	if hasMechanism != (kafka.SASLUsername != "") || hasMechanism != (kafka.SASLPassword != "") {
		reader.complain("KAFKA_SASL_MECHANISM", "must be set together with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD")
	}
	if config.Telemetry.Headers != nil && config.Telemetry.Endpoint == "" {
		reader.complain("OTEL_EXPORTER_OTLP_ENDPOINT", "must be set with OTEL_EXPORTER_OTLP_HEADERS")
	}
	// A body beyond the quota could never be sent, however long its client waits.
	if limits.RateLimitRowsPerMinute < max(limits.MaxBatchRows, limits.MaxStreamRows) {
		reader.complain("RATE_LIMIT_ROWS_PER_MINUTE", "must be at least MAX_BATCH_ROWS and MAX_STREAM_ROWS")
	}
	if limits.RateLimitBytesPerMinute < max(limits.MaxBodyBytes, limits.MaxStreamBytes) {
		reader.complain("RATE_LIMIT_BYTES_PER_MINUTE", "must be at least MAX_BODY_BYTES and MAX_STREAM_BYTES")
	}
}
