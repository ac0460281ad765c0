package httpapi

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// rawClient sends bytes as it is told to, as no well-behaved client would.
type rawClient struct {
	t *testing.T
	net.Conn
}

func (fixture *fixture) dial() rawClient {
	fixture.t.Helper()
	conn, err := net.Dial("tcp", fixture.address)
	if err != nil {
		fixture.t.Fatal(err)
	}
	fixture.t.Cleanup(func() { _ = conn.Close() })
	// A test that waits in vain fails.
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		fixture.t.Fatal(err)
	}
	return rawClient{fixture.t, conn}
}

// begin sends a head, and the first bytes of a body.
func (client rawClient) begin(body string, headers ...string) {
	client.t.Helper()
	head := []string{"POST " + batchPath + " HTTP/1.1", "Host: x", "Authorization: Bearer " + apiKey}
	if len(headers) == 0 {
		headers = []string{"Content-Type: application/json"}
	}
	head = append(append(head, headers...), "", body)
	if _, err := io.WriteString(client, strings.Join(head, "\r\n")); err != nil {
		client.t.Fatal(err)
	}
}

func (client rawClient) answer() answer {
	client.t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		client.t.Fatal(err)
	}
	return read(client.t, response)
}

func chunk(text string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(text), text) }

func TestAClientThatDripsIsRead(t *testing.T) {
	fixture := start(t, usualLimits())
	body := batchOf(rowOf("t-1", `,"description":"😀"`))
	client := fixture.dial()
	client.begin("", fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: application/json")
	for _, char := range []byte(body) {
		if _, err := client.Write([]byte{char}); err != nil {
			t.Fatal(err)
		}
	}
	fixture.expect(client.answer(), http.StatusAccepted, "")
}

func TestAClientThatSendsLessThanItAnnouncesIsNotCaptured(t *testing.T) {
	fixture := start(t, usualLimits())
	client := fixture.dial()
	client.begin(batchOf(rows(1)...), "Content-Length: 5000", "Content-Type: application/json")
	if err := client.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(client); len(text) > 0 || err != nil {
		t.Errorf("was answered with %q, %v", text, err)
	}
	fixture.expectNothing()
}

func TestAClientThatSendsMoreThanItAnnouncesIsReadUpToThat(t *testing.T) {
	fixture := start(t, usualLimits())
	body := batchOf(rows(1)...)
	client := fixture.dial()
	client.begin(body+"and more", fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: application/json")
	fixture.expect(client.answer(), http.StatusAccepted, "")
}

func TestABodyThatIsAnnouncedAsTooLargeIsRefusedUnread(t *testing.T) {
	fixture := start(t, usualLimits())
	client := fixture.dial()
	client.begin("", "Content-Length: 100001", "Content-Type: application/json")
	fixture.expect(client.answer(), http.StatusRequestEntityTooLarge, "payload_too_large")
}

func TestAClientThatStillSendsSeesWhyItIsRefused(t *testing.T) {
	fixture := start(t, usualLimits())
	client := fixture.dial()
	client.begin("", "Content-Length: 20000000", "Content-Type: text/plain")
	// As many clients do, it reads nothing before it has sent all.
	piece := strings.Repeat("x", 1_000_000)
	for range 20 {
		if _, err := io.WriteString(client, piece); err != nil {
			t.Fatal(err)
		}
	}
	fixture.expect(client.answer(), http.StatusUnsupportedMediaType, "unsupported_media_type")
}

func TestAKeyThatIsRevokedEndsItsUploads(t *testing.T) {
	for _, mediaType := range []string{jsonType, linesType} {
		t.Run(mediaType, func(t *testing.T) {
			fixture := start(t, usualLimits())
			client := fixture.dial()
			client.begin(chunk(rows(1)[0]+"\n"), "Transfer-Encoding: chunked", "Content-Type: "+mediaType)
			<-fixture.keys.watched
			close(fixture.keys.revoked)
			revokedAt := time.Now()
			// It stays silent.
			found := client.answer()
			fixture.expect(found, http.StatusUnauthorized, "unauthenticated")
			if took := time.Since(revokedAt); took > time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestAKeyThatIsRevokedWhileKafkaIsAskedLeavesTheAnswerToKafka(t *testing.T) {
	fixture := start(t, usualLimits())
	fixture.committing = func(ctx context.Context) {
		close(fixture.keys.revoked)
		select {
		case <-fixture.keys.unwatched:
		case <-ctx.Done():
		}
	}
	client := fixture.dial()
	client.begin(chunk(rows(1)[0]+"\n"), "Transfer-Encoding: chunked", "Content-Type: "+linesType)
	<-fixture.keys.watched
	if _, err := io.WriteString(client, "0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	fixture.expect(client.answer(), http.StatusAccepted, "")
}

func TestAKeyThatTakesAllItsPlacesHarmsNoOther(t *testing.T) {
	fixture := start(t, usualLimits())
	for range bodySlotsPerKey + 5 {
		fixture.dial().begin("{", "Content-Length: 1000", "Content-Type: application/json")
	}
	for range bodySlotsPerKey {
		<-fixture.keys.watched
	}
	began := time.Now()
	fixture.expect(fixture.send(batchOf(rows(1)...), "Authorization", "Bearer "+otherKey), http.StatusAccepted, "")
	if took := time.Since(began); took > time.Second {
		t.Errorf("another key waited for %v", took)
	}
}

func TestAConnectionIsGoodForAnotherRequest(t *testing.T) {
	fixture := start(t, usualLimits())
	client := fixture.dial()
	reader := bufio.NewReader(client)
	for _, body := range []string{batchOf(rows(1)...), "{", strings.Repeat("x", 300_000), batchOf(rows(1)...)} {
		client.begin(body, fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: application/json")
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatalf("after %d batches: %v", len(fixture.captured()), err)
		}
		_ = read(t, response)
	}
	if count := len(fixture.captured()); count != 2 {
		t.Errorf("%d batches were captured", count)
	}
}

func TestAnAnswerHasATimeOfItsOwn(t *testing.T) {
	var deadlines []time.Time
	handler := benchmarkHandler()
	handler.options.Open = map[string]http.Handler{"/healthz": http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.WriteHeader(http.StatusOK)
	})}
	response := timed{httptest.NewRecorder(), &deadlines}
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	// The first one lifts that of the answer before.
	if len(deadlines) != 2 || !deadlines[0].IsZero() || !deadlines[1].After(time.Now()) {
		t.Errorf("the deadlines are %v", deadlines)
	}
}

// timed notes the deadlines of an answer.
type timed struct {
	*httptest.ResponseRecorder
	deadlines *[]time.Time
}

func (timed timed) SetWriteDeadline(deadline time.Time) error {
	*timed.deadlines = append(*timed.deadlines, deadline)
	return nil
}

func TestAStreamThatFellSilentGivesItsPlaceToTheNext(t *testing.T) {
	fixture := start(t, usualLimits())
	silent := make([]rawClient, streamSlotsPerKey)
	for index := range silent {
		silent[index] = fixture.dial()
		silent[index].begin(chunk(rows(1)[0]+"\n"), "Transfer-Encoding: chunked", "Content-Type: "+linesType)
	}
	// All of its places are taken once each is watched.
	for range silent {
		<-fixture.keys.watched
	}
	found := fixture.send(rows(1)[0], "Content-Type", linesType)
	fixture.expect(found, http.StatusAccepted, "")
	statuses := make(chan int, len(silent))
	for _, client := range silent {
		go func() {
			response, err := http.ReadResponse(bufio.NewReader(client), nil)
			if err == nil {
				_ = response.Body.Close()
				statuses <- response.StatusCode
			}
		}()
	}
	if status := <-statuses; status != http.StatusRequestTimeout {
		t.Errorf("a silent one was answered with %d", status)
	}
}

func TestAProcessThatEndsAnswersWhatIsUnderWay(t *testing.T) {
	fixture := start(t, usualLimits())
	client := fixture.dial()
	body := batchOf(rows(1)...)
	client.begin(body[:10], fmt.Sprintf("Content-Length: %d", len(body)), "Content-Type: application/json")
	<-fixture.keys.watched
	drained := make(chan struct{})
	go func() {
		fixture.server.Drain(context.Background())
		close(drained)
	}()
	for {
		conn, err := net.Dial("tcp", fixture.address)
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	if _, err := io.WriteString(client, body[10:]); err != nil {
		t.Fatal(err)
	}
	fixture.expect(client.answer(), http.StatusAccepted, "")
	<-drained
}

func TestGzipThatUnfoldsToNothingIsBounded(t *testing.T) {
	fixture := start(t, usualLimits())
	var nothing bytes.Buffer
	if err := gzip.NewWriter(&nothing).Close(); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat(nothing.String(), 101_000/nothing.Len())
	client := fixture.dial()
	client.begin(chunk(body)+"0\r\n\r\n",
		"Transfer-Encoding: chunked", "Content-Encoding: gzip", "Content-Type: "+jsonType)
	fixture.expect(client.answer(), http.StatusRequestEntityTooLarge, "payload_too_large")
}
