// Package config alone reads the environment.
package config

// Config has a field for each variable.
type Config struct {
	Port                     int
	Host                     string
	MetricsPort              int
	MetricsHost              string
	KafkaBrokers             []string
	KafkaTLS                 bool
	KafkaCAFile              string
	KafkaCertFile            string
	KafkaKeyFile             string
	KafkaSASLMechanism       string
	KafkaSASLUsername        string
	KafkaSASLPassword        string
	MaxBatchRows             int
	MaxBodyBytes             int
	MaxStreamRows            int
	MaxStreamBytes           int
	RateLimitPerMinute       int
	RateLimitRowsPerMinute   int
	RateLimitBytesPerMinute  int
	UnauthenticatedPerMinute int
	TrustedProxyHops         int
	LogLevel                 string
	OTLPEndpoint             string
	OTLPHeaders              map[string]string
	TracesSampleRatio        float64
}
