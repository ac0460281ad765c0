package config

import (
	"slices"
	"strings"
	"testing"
)

func load(variables map[string]string) (Config, error) {
	return Load(func(name string) string { return variables[name] })
}

func TestNeedsBrokersAlone(t *testing.T) {
	config, err := load(map[string]string{"KAFKA_BROKERS": "a:9092,[::1]:9093", "PORT": ""})
	if err != nil {
		t.Fatal(err)
	}
	if config.Port != 3001 || config.LogLevel != "info" || config.Limits.MaxBatchRows != 100_000 ||
		!slices.Equal(config.Kafka.Brokers, []string{"a:9092", "[::1]:9093"}) || config.Telemetry.SampleRatio != 0.05 {
		t.Errorf("got %+v", config)
	}
}

func TestNamesEveryVariableThatIsNotValidAndNoValue(t *testing.T) {
	_, err := load(map[string]string{
		"KAFKA_BROKERS": "secret", "PORT": "65536", "MAX_BATCH_ROWS": "0", "KAFKA_TLS": "secret",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "ftp://secret", "OTEL_EXPORTER_OTLP_HEADERS": "secret",
		"OTEL_TRACES_SAMPLER_ARG": "NaN", "LOG_LEVEL": "secret", "TRUSTED_PROXY_HOPS": "11",
		"KAFKA_SASL_MECHANISM": "secret",
	})
	if err == nil {
		t.Fatal("took it")
	}
	for _, name := range []string{
		"KAFKA_BROKERS", "PORT", "MAX_BATCH_ROWS", "KAFKA_TLS", "OTEL_EXPORTER_OTLP_ENDPOINT",
		"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER_ARG", "LOG_LEVEL", "TRUSTED_PROXY_HOPS", "KAFKA_SASL_MECHANISM",
	} {
		if !strings.Contains(err.Error(), "  "+name+": ") {
			t.Errorf("does not name %s", name)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("quotes a value: %s", err)
	}
}

func TestRefusesHalfOfWhatBelongsTogether(t *testing.T) {
	for name, variables := range map[string]map[string]string{
		"KAFKA_KEY_FILE":              {"KAFKA_TLS": "true", "KAFKA_CERT_FILE": "c"},
		"KAFKA_TLS":                   {"KAFKA_CA_FILE": "c"},
		"KAFKA_SASL_MECHANISM":        {"KAFKA_SASL_USERNAME": "u"},
		"OTEL_EXPORTER_OTLP_ENDPOINT": {"OTEL_EXPORTER_OTLP_HEADERS": "a=b"},
		"RATE_LIMIT_ROWS_PER_MINUTE":  {"RATE_LIMIT_ROWS_PER_MINUTE": "999999"},
		"RATE_LIMIT_BYTES_PER_MINUTE": {"RATE_LIMIT_BYTES_PER_MINUTE": "1073741823"},
	} {
		variables["KAFKA_BROKERS"] = "a:9092"
		if _, err := load(variables); err == nil || !strings.Contains(err.Error(), "  "+name+": ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSendsNoPasswordInTheClear(t *testing.T) {
	variables := map[string]string{
		"KAFKA_BROKERS": "a:9092", "KAFKA_SASL_MECHANISM": "plain", "KAFKA_SASL_USERNAME": "u", "KAFKA_SASL_PASSWORD": "p",
	}
	if _, err := load(variables); err == nil {
		t.Error("took it")
	}
	variables["KAFKA_TLS"] = "true"
	if _, err := load(variables); err != nil {
		t.Error(err)
	}
}

func TestReadsHeaders(t *testing.T) {
	config, err := load(map[string]string{
		"KAFKA_BROKERS": "a:9092", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
		"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%2Cb,x=y=z",
	})
	if err != nil {
		t.Fatal(err)
	}
	if headers := config.Telemetry.Headers; headers["api-key"] != "a,b" || headers["x"] != "y=z" {
		t.Errorf("got %v", headers)
	}
}

func TestListsEveryVariableOnce(t *testing.T) {
	names := []string{}
	for _, variable := range Variables() {
		names = append(names, variable.Name)
	}
	if len(names) < 20 || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
		t.Errorf("got %v", names)
	}
}
