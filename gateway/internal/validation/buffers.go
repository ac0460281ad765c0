package validation

import "sync"

// buffers are the memory of a body that is read. They are used again, since a small batch is read in less time than it
// takes to get as much.
type buffers struct {
	chunk  []byte
	output []byte
}

var pool = sync.Pool{New: func() any { return &buffers{chunk: make([]byte, chunkBytes)} }}

func takeBuffers() *buffers { return pool.Get().(*buffers) }

func (buffers *buffers) giveBack() { pool.Put(buffers) }
