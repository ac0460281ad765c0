package httpapi

import (
	"container/list"
	"context"
	"net"
	"net/http"
	"sync"
)

const (
	// maxConnections is as many as requests may wait for their turn.
	maxConnections = 4_000
	// maxConnectionsPerNetwork leaves some for others. Behind a reverse proxy, which is one address, this is what all have.
	maxConnectionsPerNetwork = 3_000
)

// connections are those of a server, which nobody can use up: where there are too many, the network with most of them
// loses one that was answered and still sends, or else the one that has been idle for longest or has not sent a request yet.
type connections struct {
	countLimit func(name string)

	mutex    sync.Mutex
	networks map[string]*network
	all      map[net.Conn]*connection
}

type network struct {
	name  string
	count int
	// idle has the connections without a request that waits for its answer: those that were answered and still send, and
	// then the one that has been idle for longest.
	idle *list.List
}

type connection struct {
	network *network
	// place is that among the idle ones; nil for a busy one.
	place *list.Element
}

func newConnections(countLimit func(string)) *connections {
	return &connections{countLimit: countLimit, networks: map[string]*network{}, all: map[net.Conn]*connection{}}
}

// note hears of each change in the state of a connection.
func (connections *connections) note(conn net.Conn, state http.ConnState) {
	connections.mutex.Lock()
	defer connections.mutex.Unlock()
	switch state {
	case http.StateNew:
		connections.add(conn)
	case http.StateActive:
		connections.setBusy(conn)
	case http.StateIdle:
		connections.setBusy(conn)
		if known := connections.all[conn]; known != nil {
			known.place = known.network.idle.PushBack(conn)
		}
	case http.StateClosed, http.StateHijacked:
		connections.forget(conn)
	}
}

// noteAnswered hears of a connection whose request was answered before its body was whole. Nobody loses anything with it.
func (connections *connections) noteAnswered(conn net.Conn) {
	connections.mutex.Lock()
	defer connections.mutex.Unlock()
	connections.setBusy(conn)
	if known := connections.all[conn]; known != nil {
		known.place = known.network.idle.PushFront(conn)
	}
}

func (connections *connections) add(conn net.Conn) {
	name := networkOf(conn)
	owner := connections.networks[name]
	if owner == nil {
		owner = &network{name: name, idle: list.New()}
		connections.networks[name] = owner
	}
	owner.count++
	connections.all[conn] = &connection{network: owner, place: owner.idle.PushBack(conn)}
	if owner.count > maxConnectionsPerNetwork {
		connections.cutIdle(owner)
	} else if len(connections.all) > maxConnections {
		connections.cutIdle(connections.networkWithMost())
	}
}

func (connections *connections) setBusy(conn net.Conn) {
	if known := connections.all[conn]; known != nil && known.place != nil {
		known.network.idle.Remove(known.place)
		known.place = nil
	}
}

func (connections *connections) forget(conn net.Conn) {
	known := connections.all[conn]
	if known == nil {
		return
	}
	connections.setBusy(conn)
	delete(connections.all, conn)
	known.network.count--
	if known.network.count == 0 {
		delete(connections.networks, known.network.name)
	}
}

// networkWithMost is that of the most connections, of those with an idle one.
func (connections *connections) networkWithMost() *network {
	var most *network
	for _, candidate := range connections.networks {
		if candidate.idle.Len() > 0 && (most == nil || candidate.count > most.count) {
			most = candidate
		}
	}
	return most
}

func (connections *connections) cutIdle(owner *network) {
	if owner == nil || owner.idle.Len() == 0 {
		return
	}
	conn := owner.idle.Front().Value.(net.Conn)
	connections.countLimit("connections")
	connections.forget(conn)
	_ = conn.Close()
}

// answeredKey is that under which the context of a request has what hears of an early answer.
type answeredKey struct{}

func (connections *connections) withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, answeredKey{}, func() { connections.noteAnswered(conn) })
}

func networkOf(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return clientNetwork(host)
}
