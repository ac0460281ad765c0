package httpapi

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"

	"tallyflow/contract"
	"tallyflow/gateway/internal/problem"
)

// content is the decompressed content of a body, never more than maxBytes of it: a small gzip that unfolds without end is
// cut off, by its ratio or at the limit. So is a gzip that is larger itself, since it may unfold to nothing at all.
type content struct {
	source   io.Reader
	maxBytes int64
	total    int64
	// sent is how many bytes of a compressed body have been unfolded; nil for a body that is not compressed.
	sent func() int64
	// count hears of bytes before they are passed on.
	count func(bytes int) error
	// hash takes the bytes; nil where nobody needs it.
	hash hash.Hash
}

// newContent checks what the header says of the body.
func newContent(request *http.Request, body io.Reader, maxBytes int64) (*content, error) {
	if request.ContentLength > maxBytes {
		return nil, tooLarge(maxBytes)
	}
	switch strings.ToLower(header(request, "Content-Encoding")) {
	case "", "identity":
		return &content{source: body, maxBytes: maxBytes}, nil
	case "gzip":
		gunzip := &gunzip{body: body, maxBytes: maxBytes}
		return &content{source: gunzip, maxBytes: maxBytes, sent: gunzip.consumed}, nil
	}
	return nil, problem.New(problem.UnsupportedMediaType, "Content-Encoding must be gzip or absent.")
}

func (content *content) Read(buffer []byte) (int, error) {
	read, err := content.source.Read(buffer)
	if read == 0 {
		return 0, err
	}
	content.total += int64(read)
	if content.total > content.maxBytes {
		return 0, tooLarge(content.maxBytes)
	}
	if content.sent != nil && content.total > contract.Limits.FreeUnfoldedBytes &&
		content.total > contract.Limits.MaxUnfolding*content.sent() {
		return 0, unfoldsTooFar()
	}
	if err := content.count(read); err != nil {
		return 0, err
	}
	if content.hash != nil {
		content.hash.Write(buffer[:read])
	}
	return read, err
}

func tooLarge(maxBytes int64) *problem.Problem {
	return problem.New(problem.PayloadTooLarge, fmt.Sprintf("The body must have at most %d bytes.", maxBytes))
}

func unfoldsTooFar() *problem.Problem {
	return problem.New(problem.PayloadTooLarge, fmt.Sprintf(
		"The body must not expand to more than %d times its compressed size. Compress it less, or not at all.",
		contract.Limits.MaxUnfolding))
}

// gunzip unfolds gzip of one member or several. Behind its end it may be filled up with zeros.
type gunzip struct {
	body     io.Reader
	maxBytes int64
	read     int64
	buffered *bufio.Reader
	reader   *gzip.Reader
}

func (gunzip *gunzip) Read(buffer []byte) (int, error) {
	if gunzip.reader == nil {
		if err := gunzip.open(); err != nil {
			return 0, err
		}
	}
	for {
		read, err := gunzip.reader.Read(buffer)
		if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return read, gunzipError(err)
		}
		if read > 0 {
			return read, nil
		}
		if err := gunzip.nextMember(); err != nil {
			return 0, err
		}
	}
}

// consumed is how many bytes have been unfolded.
func (gunzip *gunzip) consumed() int64 { return gunzip.read - int64(gunzip.buffered.Buffered()) }

func (gunzip *gunzip) open() error {
	gunzip.buffered = bufio.NewReader(readerFunc(func(buffer []byte) (int, error) {
		read, err := gunzip.body.Read(buffer)
		gunzip.read += int64(read)
		if gunzip.read > gunzip.maxBytes {
			return 0, tooLarge(gunzip.maxBytes)
		}
		return read, err
	}))
	reader, err := gzip.NewReader(gunzip.buffered)
	if errors.Is(err, io.EOF) {
		err = gzip.ErrHeader
	}
	if err != nil {
		return gunzipError(err)
	}
	reader.Multistream(false)
	gunzip.reader = reader
	return nil
}

// nextMember is io.EOF where nothing but zeros comes any more.
func (gunzip *gunzip) nextMember() error {
	next, err := gunzip.buffered.Peek(1)
	for err == nil && next[0] == 0 {
		_, _ = gunzip.buffered.Discard(1)
		next, err = gunzip.buffered.Peek(1)
	}
	if err != nil {
		return err
	}
	if err := gunzip.reader.Reset(gunzip.buffered); err != nil {
		return gunzipError(err)
	}
	gunzip.reader.Multistream(false)
	return nil
}

// gunzipError tells what is wrong with the gzip from what is wrong with the request.
func gunzipError(err error) error {
	var known *problem.Problem
	if err == nil || errors.As(err, &known) || errors.Is(err, errLeft) {
		return err
	}
	return &problem.Problem{Code: problem.InvalidEncoding, Detail: "The body is not valid gzip.", Cause: err}
}

type readerFunc func(buffer []byte) (int, error)

func (read readerFunc) Read(buffer []byte) (int, error) { return read(buffer) }
