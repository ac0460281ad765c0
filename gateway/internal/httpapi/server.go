package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// headerTimeout: a head fits into a packet or two; a client that takes longer for it holds a connection for nothing.
	headerTimeout = 20 * time.Second
	// idleTimeout is longer than clients and load balancers keep a connection that they do not use (mostly 60 s): who sends a
	// request on it at the moment in which it is closed gets an error, and a POST is not repeated by itself.
	idleTimeout = 75 * time.Second
	// maxHeaderBytes has 4 KiB added by Go. With them it is 16 KiB, as at the API.
	maxHeaderBytes = 12 << 10
	// idleGrace: a connection that looks idle from here may have a request on its way; clients pause for less than this.
	idleGrace = time.Second
)

// Server is an HTTP server that can end without cutting a request.
type Server struct {
	connections *connections
	server      *http.Server
	listener    atomic.Pointer[net.Listener]
	isDraining  atomic.Bool
}

// NewServer returns a server that does not listen yet. countLimit hears of connections that are closed because there are
// too many.
func NewServer(handler http.Handler, logger *slog.Logger, countLimit func(name string)) *Server {
	connections := newConnections(countLimit)
	server := &Server{connections: connections}
	server.server = &http.Server{
		Handler: http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
			if server.isDraining.Load() {
				// The client's next request has to go to another process.
				response.Header()["Connection"] = []string{"close"}
			}
			handler.ServeHTTP(response, request)
		}),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// "OPTIONS *" is answered with our headers as well.
		DisableGeneralOptionsHandler: true,
		ConnState:                    connections.note,
		ConnContext:                  connections.withConnection,
		ErrorLog:                     slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	return server
}

// Serve answers requests until Drain is called.
func (server *Server) Serve(listener net.Listener) error {
	server.listener.Store(&listener)
	err := server.server.Serve(listener)
	if errors.Is(err, http.ErrServerClosed) || server.isDraining.Load() {
		return nil
	}
	return err
}

// Drain takes no more connections, answers what comes on those that are there, and ends them. What is still open when the
// context ends is cut off.
func (server *Server) Drain(ctx context.Context) {
	server.isDraining.Store(true)
	if listener := server.listener.Load(); listener != nil {
		_ = (*listener).Close()
	}
	select {
	case <-time.After(idleGrace):
	case <-ctx.Done():
	}
	if server.server.Shutdown(ctx) != nil {
		_ = server.server.Close()
	}
}
