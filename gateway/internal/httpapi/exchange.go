package httpapi

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tallyflow/gateway/internal/problem"
)

// saneID is visible ASCII without quotes: safe to put into a header and a log line as it came.
var saneID = regexp.MustCompile(`^[\w.:/+=@-]{1,128}$`)

const (
	// writeTimeout is for how long a client may take to read an answer, which fits into some packets.
	writeTimeout = 30 * time.Second
	// A client that still sends when it is refused is read for a while, or else it might never see the answer.
	lingerTimeout = 5 * time.Second
	lingerBytes   = 64 << 20
)

// errLeft says that the client left before its request was whole.
var errLeft = errors.New("the client left before its request was whole")

// exchange is a request and its answer.
type exchange struct {
	http.ResponseWriter
	request    *http.Request
	controller *http.ResponseController
	startedAt  time.Time
	info       *Info
	path       string
	// status is 0 until the answer begins.
	status int
	// isRead tells that the body was read to its end.
	isRead  bool
	hasLeft bool
}

func newExchange(response http.ResponseWriter, request *http.Request) *exchange {
	exchange := &exchange{
		ResponseWriter: response,
		request:        request,
		controller:     http.NewResponseController(response),
		startedAt:      time.Now(),
		info:           InfoOf(request.Context()),
		path:           pathOf(request),
	}
	exchange.info.RequestID = header(request, "X-Request-Id")
	if !saneID.MatchString(exchange.info.RequestID) {
		exchange.info.RequestID = uuid.NewString()
	}
	// The deadline of the answer before it on the same connection would be over by now.
	_ = exchange.controller.SetWriteDeadline(time.Time{})
	return exchange
}

// pathOf is the path as it was sent, without its query.
func pathOf(request *http.Request) string {
	if !strings.HasPrefix(request.RequestURI, "/") {
		return request.URL.EscapedPath()
	}
	path, _, _ := strings.Cut(request.RequestURI, "?")
	return path
}

// header joins the values of a header that was sent several times.
func header(request *http.Request, name string) string {
	switch values := request.Header[name]; len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	default:
		return strings.Join(values, ", ")
	}
}

// WriteHeader notes the status. From here on the client has some time to read the answer.
func (exchange *exchange) WriteHeader(status int) {
	exchange.status = status
	_ = exchange.controller.SetWriteDeadline(time.Now().Add(writeTimeout))
	if exchange.hasRest() {
		// Otherwise Go would wait for it before it sends the answer.
		_ = exchange.controller.EnableFullDuplex()
	}
	exchange.ResponseWriter.WriteHeader(status)
}

// Write begins the answer where that has not been done.
func (exchange *exchange) Write(body []byte) (int, error) {
	if exchange.status == 0 {
		exchange.WriteHeader(http.StatusOK)
	}
	return exchange.ResponseWriter.Write(body)
}

// answer sends a whole answer.
func (exchange *exchange) answer(status int, contentType string, body []byte) {
	headers := exchange.Header()
	headers["Content-Type"] = []string{contentType}
	headers["Content-Length"] = []string{strconv.Itoa(len(body))}
	exchange.WriteHeader(status)
	// A client that has left is told nothing.
	_, _ = exchange.Write(body)
}

// refuseMethod tells which methods there are; OPTIONS asks for just that.
func (exchange *exchange) refuseMethod(allowed string) error {
	exchange.Header()["Allow"] = []string{allowed}
	method := exchange.request.Method
	if method == http.MethodOptions {
		exchange.answer(http.StatusOK, "text/plain; charset=utf-8", nil)
		return nil
	}
	return problem.New(problem.MethodNotAllowed, method+" is not allowed here; see the Allow header.")
}

// fail answers with what is wrong.
func (exchange *exchange) fail(err error) {
	if errors.Is(err, errLeft) || exchange.status != 0 {
		exchange.hasLeft = true
		return
	}
	bad := toProblem(err)
	exchange.info.Problem, exchange.info.Err = bad, err
	headers := exchange.Header()
	if bad.RetryAfterSeconds > 0 {
		headers["Retry-After"] = []string{strconv.Itoa(bad.RetryAfterSeconds)}
	}
	switch bad.Code {
	case problem.RequestTimeout:
		// The rest of a request that is too slow is not waited for.
		headers["Connection"] = []string{"close"}
	case problem.Unauthenticated:
		headers["Www-Authenticate"] = []string{`Bearer realm="tallyflow"`}
	}
	exchange.answer(bad.Status(), "application/problem+json", bad.Body(exchange.path, exchange.info.RequestID))
}

// hasRest tells whether the body was not read to its end.
func (exchange *exchange) hasRest() bool {
	return exchange.request.Body != http.NoBody && !exchange.isRead
}

// linger reads what a client still sends that was answered already, and drops it.
func (exchange *exchange) linger() {
	if !exchange.hasRest() || exchange.controller.Flush() != nil {
		return
	}
	if answered, isServed := exchange.request.Context().Value(answeredKey{}).(func()); isServed {
		answered()
	}
	// Go itself reads on too, when the connection is kept.
	_ = exchange.controller.SetReadDeadline(time.Now().Add(lingerTimeout))
	isTooSlow := exchange.info.Problem != nil && exchange.info.Problem.Code == problem.RequestTimeout
	// To read is to ask a client for its body that has not sent any before it was asked.
	isAsked := exchange.request.Header.Get("Expect") != ""
	if !isTooSlow && !isAsked {
		_, _ = io.CopyN(io.Discard, exchange.request.Body, lingerBytes)
	}
}
