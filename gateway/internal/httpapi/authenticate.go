package httpapi

import (
	"crypto/sha256"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"tallyflow/gateway/internal/apikeys"
	"tallyflow/gateway/internal/problem"
)

const ingestScope = "ingest"

var bearer = regexp.MustCompile(`^(?i:Bearer) +([\x21-\x7e]{1,512})$`)

// authenticate returns whose API key a request carries. Only a client that holds a key is told that it has expired.
func (handler *Handler) authenticate(exchange *exchange) (*apikeys.Key, error) {
	network := clientNetwork(exchange.info.address)
	key, refusal := handler.findKey(exchange.request)
	if key == nil {
		// Guessing gets nowhere: beyond the limit nobody is told whether a key is good.
		standing := handler.unauthenticated.Look(network)
		if standing.IsUsedUp() {
			announce(exchange, handler.unauthenticated.Policy(), standing)
			return nil, tooMany(handler, handler.unauthenticated, standing)
		}
		if !handler.options.Keys.Fresh() {
			return nil, stale()
		}
		announce(exchange, handler.unauthenticated.Policy(), handler.unauthenticated.Add(network, 1))
		return nil, problem.New(problem.Unauthenticated, refusal)
	}
	if !handler.options.Keys.Fresh() {
		return nil, stale()
	}
	exchange.info.APIKeyID = key.ID
	if hasEnded(key.ExpiresAt, time.Now()) {
		announce(exchange, handler.unauthenticated.Policy(), handler.unauthenticated.Add(network, 1))
		return nil, problem.New(problem.Unauthenticated, "The API key has expired.")
	}
	if !key.HasScope(ingestScope) {
		return nil, problem.New(problem.InsufficientScope, "This request needs an API key with the scope ingest.")
	}
	return key, nil
}

// stale is the problem while nobody knows which keys were revoked.
func stale() *problem.Problem {
	return unavailable("Kafka is unavailable, so that API keys cannot be checked. Nothing was stored. Send the request again.", nil)
}

// findKey returns the key, or why there is none.
func (handler *Handler) findKey(request *http.Request) (*apikeys.Key, string) {
	sent := request.Header.Get("Authorization")
	match := bearer.FindStringSubmatch(sent)
	if match == nil {
		return nil, `Send an API key as "Authorization: Bearer <key>".`
	}
	key, isKnown := handler.options.Keys.Find(sha256.Sum256([]byte(match[1])))
	if !isKnown {
		return nil, "The API key is unknown or revoked."
	}
	return key, ""
}

// clientAddress is that of the socket, or what the trusted proxies say: each appends its client's address.
func clientAddress(request *http.Request, trustedHops int) string {
	if trustedHops > 0 {
		if forwarded := header(request, "X-Forwarded-For"); forwarded != "" {
			addresses := strings.Split(forwarded, ",")
			return strings.TrimSpace(addresses[max(0, len(addresses)-trustedHops)])
		}
	}
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		return request.RemoteAddr
	}
	return host
}

// networkBits are those of an IPv6 address that a provider gives to a single customer, who may use a new address for each
// request.
const networkBits = 64

// maxAddressBytes bounds what a proxy passes on as an address.
const maxAddressBytes = 64

// clientNetwork is what the requests of one client have in common: its IPv4 address, or the network of an IPv6 one.
func clientNetwork(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address[:min(len(address), maxAddressBytes)]
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		return parsed.String()
	}
	return netip.PrefixFrom(parsed, networkBits).Masked().String()
}
