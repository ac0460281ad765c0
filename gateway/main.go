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

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/capture"
	"tallyflow/gateway/internal/config"
	"tallyflow/gateway/internal/kafka"
	"tallyflow/gateway/internal/operations"
	"tallyflow/gateway/internal/telemetry"
)

// version is set by the build.
var version = "0.0.0"

const (
	// drainTimeout is for how long open requests may take to end when the process is told to stop.
	drainTimeout = 25 * time.Second
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
	logger := telemetry.NewLogger(os.Stdout, settings.LogLevel)
	if err := run(settings, logger); err != nil {
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
	response, err := client.Get("http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(settings.Port)) + "/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

// run serves until the process is told to stop, and ends what is open.
func run(settings config.Config, logger *slog.Logger) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(defaultMemoryLimit)
	}
	stopping, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()

	shutdownTraces, err := telemetry.StartTraces(stopping, settings.Telemetry, version, logger)
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
	keys := apikeys.NewStore()
	keys.Expose(registry)
	follower, err := apikeys.NewFollower(connection, keys, logger)
	if err != nil {
		return err
	}
	followed := make(chan struct{})
	_ = operations.Handlers(writer, keys)
	go func() {
		defer close(followed)
		follower.Run(stopping)
	}()
	metrics, err := telemetry.ServeMetrics(settings.MetricsHost, settings.MetricsPort, registry, logger)
	if err != nil {
		return fmt.Errorf("cannot serve metrics: %w", err)
	}
	<-stopping.Done()
	logger.Info("gateway stopping")
	ctx, cancelDrain := context.WithTimeout(context.Background(), drainTimeout)
	defer cancelDrain()
	if err := writer.Close(ctx); err != nil {
		logger.Warn("not all was acknowledged before the end", "err", err)
	}
	<-followed
	_ = metrics.Close()
	logger.Info("gateway stopped")
	farewell, cancelFarewell := context.WithTimeout(context.Background(), farewellTimeout)
	defer cancelFarewell()
	_ = shutdownTraces(farewell)
	return nil
}
