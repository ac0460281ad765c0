package httpapi

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"tallyflow/gateway/internal/waittest"
)

func TestAClientOfManyConnectionsLosesItsOldestIdleOne(t *testing.T) {
	var hits []string
	connections := newConnections(func(name string) { hits = append(hits, name) })
	conns := make([]net.Conn, 4)
	for index := range conns {
		client, server := net.Pipe()
		defer client.Close()
		conns[index] = server
		connections.note(server, http.StateNew)
	}
	owner := connections.networks["pipe"]
	connections.note(conns[0], http.StateActive)
	connections.cutIdle(owner)
	if _, isOpen := connections.all[conns[1]]; isOpen || owner.count != 3 || len(hits) != 1 {
		t.Errorf("has %d connections, %v", owner.count, hits)
	}
	connections.note(conns[0], http.StateIdle)
	for _, conn := range conns {
		connections.note(conn, http.StateClosed)
	}
	if len(connections.all) != 0 || len(connections.networks) != 0 || owner.idle.Len() != 0 {
		t.Error("forgets not all")
	}
}

func TestAClientThatWasAnsweredAndStillSendsLosesItsConnectionFirst(t *testing.T) {
	connections := newConnections(func(string) {})
	conns := make([]net.Conn, 3)
	for index := range conns {
		client, server := net.Pipe()
		defer client.Close()
		conns[index] = server
		connections.note(server, http.StateNew)
	}
	for _, conn := range conns[1:] {
		connections.note(conn, http.StateActive)
	}
	connections.withConnection(t.Context(), conns[2]).Value(answeredKey{}).(func())()
	owner := connections.networks["pipe"]
	for _, want := range []int{2, 0} {
		connections.cutIdle(owner)
		if _, isOpen := connections.all[conns[want]]; isOpen {
			t.Errorf("connection %d is open", want)
		}
	}
	// Nothing but a request that waits for its answer is left.
	connections.cutIdle(owner)
	expect := map[net.Conn]bool{conns[1]: true}
	for conn := range connections.all {
		if !expect[conn] {
			t.Error("cuts what is busy before what is not")
		}
	}
}

func TestNobodyWithoutAKeyKeepsAConnectionBusy(t *testing.T) {
	for name, head := range map[string]string{
		"refused":            "POST " + batchPath + " HTTP/1.1\r\nHost: x\r\n",
		"refused, and waits": "POST " + batchPath + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n",
		"open to all":        "GET /healthz HTTP/1.1\r\nHost: x\r\n",
		"asks for methods":   "OPTIONS " + batchPath + " HTTP/1.1\r\nHost: x\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			fixture := start(t, usualLimits())
			client := fixture.dial()
			// Its body never comes.
			if _, err := io.WriteString(client, head+"Content-Length: 100\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if _, err := http.ReadResponse(bufio.NewReader(client), nil); err != nil {
				t.Fatal(err)
			}
			waittest.Until(t, func() bool {
				connections := fixture.server.connections
				connections.mutex.Lock()
				defer connections.mutex.Unlock()
				return len(connections.all) == 0 || connections.networks["127.0.0.1"].idle.Len() == 1
			})
		})
	}
}

func TestAHeadHasTheLimitAndTheHeadersOfTheAPI(t *testing.T) {
	fixture := start(t, usualLimits())
	for _, sent := range []struct {
		head   string
		status int
	}{
		{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusNotFound},
		{"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 15<<10) + "\r\n\r\n", http.StatusOK},
		{"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 17<<10) + "\r\n\r\n",
			http.StatusRequestHeaderFieldsTooLarge},
	} {
		client := fixture.dial()
		if _, err := io.WriteString(client, sent.head); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		hasHeaders := response.Header.Get("X-Request-Id") != ""
		if response.StatusCode != sent.status || sent.status != http.StatusRequestHeaderFieldsTooLarge && !hasHeaders {
			t.Errorf("answered %d, %v", response.StatusCode, response.Header)
		}
	}
}
