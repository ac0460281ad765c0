// The gateway takes batches of transactions over HTTP, and writes them to Kafka.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
	"tallyflow/gateway/internal/config"
	"tallyflow/gateway/internal/httpapi"
	"tallyflow/gateway/internal/kafka"
	"tallyflow/gateway/internal/operations"
	"tallyflow/gateway/internal/telemetry"
)

// version is that of package.json.
const version = "0.1.0"

const (
	// drainTimeout is for how long open requests may take to end when the process is told to stop. With what is waited for
	// after them, it is less than the 30 s after which orchestrators kill.
	drainTimeout = 20 * time.Second
	// flushTimeout is for how long Kafka may take to acknowledge what nobody waits for any more.
	flushTimeout = 5 * time.Second
	// farewellTimeout is for how long a collector of traces is waited for at the end.
	farewellTimeout = 1500 * time.Millisecond
	// defaultMemoryLimit keeps the process below 300 MB: beyond it, Go collects garbage more often.
	defaultMemoryLimit = 224 << 20
)

func main() {
	if len(os.Args) > 1 {
		os.Exit(answer(os.Args[1]))
	}
	settings, err := config.Load(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(defaultMemoryLimit)
	}
	logger := telemetry.NewLogger(os.Stdout, settings.LogLevel)
	stopping, _ := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	if err := run(stopping, settings, logger); err != nil {
		telemetry.Fatal(logger, "the gateway ends", err)
		os.Exit(1)
	}
}

// answer does what an argument asks for, and returns the code to exit with.
func answer(argument string) int {
	switch argument {
	case "--variables":
		for _, variable := range config.Variables() {
			fmt.Println(variable.Name + "=" + variable.Default)
		}
		return 0
	case "--check-health":
		return checkHealth()
	}
	fmt.Fprintln(os.Stderr, "usage: gateway [--variables | --check-health]")
	return 2
}

// checkHealth asks the gateway on this machine whether it responds, for images without a shell.
func checkHealth() int {
	settings, err := config.Load(os.Getenv)
	if err != nil {
		return 1
	}
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get(healthURL(settings))
	if err != nil || response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

// healthURL is where this machine reaches the gateway: at the address that it listens on, unless that stands for all.
func healthURL(settings config.Config) string {
	host := settings.Host
	if address := net.ParseIP(host); host == "" || address != nil && address.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(settings.Port)) + "/healthz"
}

// run serves until the context ends, and ends what is open.
func run(stopping context.Context, settings config.Config, logger *slog.Logger) error {
	endTraces, err := telemetry.StartTraces(stopping, settings.Telemetry, version, logger)
	if err != nil {
		return fmt.Errorf("cannot send traces: %w", err)
	}
	connection, err := kafka.Options(settings.Kafka, logger)
	if err != nil {
		return err
	}
	registry := telemetry.NewRegistry(version)
	writer, err := capture.NewWriter(connection, logger, registry)
	if err != nil {
		return err
	}
	keys, endFollowing, err := followKeys(connection, logger)
	if err != nil {
		return err
	}
	keys.Expose(registry)
	metrics, err := telemetry.ServeMetrics(settings.MetricsHost, settings.MetricsPort, registry, logger)
	if err != nil {
		return fmt.Errorf("cannot serve metrics: %w", err)
	}
	handler := httpapi.New(httpapi.Options{
		Keys:    keys,
		Begin:   func(batchID string, key *apikeys.Key) (httpapi.Upload, error) { return writer.Begin(batchID, key) },
		Limits:  settings.Limits,
		Logger:  logger,
		Metrics: registry,
		Open:    operations.Handlers(writer, keys),
	})
	if err := serve(stopping, settings, handler, logger); err != nil {
		return err
	}
	handler.SumUp()
	flushing, cancelFlush := context.WithTimeout(context.Background(), flushTimeout)
	defer cancelFlush()
	if err := writer.Close(flushing); err != nil {
		logger.Warn("Kafka has not acknowledged everything before the end", "err", err)
	}
	endFollowing()
	_ = metrics.Close()
	logger.Info("gateway stopped")
	farewell, cancelFarewell := context.WithTimeout(context.Background(), farewellTimeout)
	defer cancelFarewell()
	_ = endTraces(farewell)
	return nil
}

// followKeys reads the API keys until the function that it returns is called. Until they were read to their end, no key
// is believed.
func followKeys(connection []kgo.Opt, logger *slog.Logger) (keys *apikeys.Store, end func(), err error) {
	keys = apikeys.NewStore()
	follower, err := apikeys.NewFollower(connection, keys, logger)
	if err != nil {
		return nil, nil, err
	}
	following, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		follower.Run(following)
	}()
	go func() {
		if keys.WaitUntilRead(following) == nil {
			logger.Info("API keys are read", "count", keys.Len())
		}
	}()
	return keys, func() {
		cancel()
		<-ended
	}, nil
}

// serve answers requests until the context ends, and those that are open then.
func serve(stopping context.Context, settings config.Config, handler *httpapi.Handler, logger *slog.Logger) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(settings.Host, strconv.Itoa(settings.Port)))
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	server := httpapi.NewServer(traceRequests(handler), logger, handler.CountLimit)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	logger.Info("gateway started", "url", "http://"+listener.Addr().String())
	select {
	case err := <-failed:
		return err
	case <-stopping.Done():
	}
	logger.Info("gateway stopping")
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	server.Drain(ctx)
	return nil
}
