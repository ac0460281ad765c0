// Package kafka says how to connect to Kafka.
package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"tallyflow/gateway/internal/config"
)

// dialTimeout is short, so that a machine that has gone holds up nothing for long.
const dialTimeout = 3 * time.Second

// Options are those of every client of Kafka.
func Options(settings config.Kafka, logger *slog.Logger) ([]kgo.Opt, error) {
	options := []kgo.Opt{
		kgo.ClientID("tallyflow-gateway"),
		kgo.SeedBrokers(settings.Brokers...),
		kgo.DialTimeout(dialTimeout),
		kgo.WithLogger(clientLogger{logger}),
		// Nobody has asked for the broker to collect what the client measures.
		kgo.DisableClientMetrics(),
	}
	if settings.TLS {
		security, err := readTLS(settings)
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(security))
	}
	if mechanism := mechanismOf(settings); mechanism != nil {
		options = append(options, kgo.SASL(mechanism))
	}
	return options, nil
}

func readTLS(settings config.Kafka) (*tls.Config, error) {
	security := &tls.Config{MinVersion: tls.VersionTLS12}
	if settings.CAFile != "" {
		authorities, err := os.ReadFile(settings.CAFile)
		if err != nil {
			return nil, fmt.Errorf("cannot read KAFKA_CA_FILE: %w", err)
		}
		security.RootCAs = x509.NewCertPool()
		if !security.RootCAs.AppendCertsFromPEM(authorities) {
			return nil, fmt.Errorf("KAFKA_CA_FILE (%s) has no certificate in PEM", settings.CAFile)
		}
	}
	if settings.CertFile != "" {
		certificate, err := tls.LoadX509KeyPair(settings.CertFile, settings.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("cannot use KAFKA_CERT_FILE and KAFKA_KEY_FILE: %w", err)
		}
		security.Certificates = []tls.Certificate{certificate}
	}
	return security, nil
}

func mechanismOf(settings config.Kafka) sasl.Mechanism {
	user, password := settings.SASLUsername, settings.SASLPassword
	switch settings.SASLMechanism {
	case config.SASLPlain:
		return plain.Auth{User: user, Pass: password}.AsMechanism()
	case config.SASLScramSHA256:
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism()
	case config.SASLScramSHA512:
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism()
	}
	return nil
}

// clientLogger hands on what the client of Kafka has to say to those who debug: what matters, such as Kafka being away,
// is logged once by whoever notices it.
type clientLogger struct{ logger *slog.Logger }

func (clientLogger clientLogger) Level() kgo.LogLevel {
	if clientLogger.logger.Enabled(context.Background(), slog.LevelDebug) {
		return kgo.LogLevelInfo
	}
	return kgo.LogLevelNone
}

func (clientLogger clientLogger) Log(level kgo.LogLevel, message string, fields ...any) {
	clientLogger.logger.Debug("kafka: "+message, fields...)
}
