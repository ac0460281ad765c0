package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	window = time.Minute
	// maxKinds is how many kinds are told apart within a minute. It bounds the memory, and the number of lines.
	maxKinds = 500
)

// LineKind is lines that stand for each other: an operator who has read the first few learns nothing from the next.
type LineKind struct {
	// Key tells kinds apart.
	Key   string
	Level slog.Level
	// MaxLines is how many lines of a minute are written in full.
	MaxLines int
	// Common is what the lines have in common, as fields of the line that sums up the others.
	Common []any
}

// LimitedLines writes the first lines of each kind in full, counts the others, and sums them up in one line a minute. A
// client may send a thousand bad requests a second: nobody could read as many lines.
type LimitedLines struct {
	logger *slog.Logger
	mutex  sync.Mutex
	counts map[string]*lineCount
	timer  *time.Timer
}

type lineCount struct {
	LineKind
	count int
}

// NewLimitedLines writes to this logger.
func NewLimitedLines(logger *slog.Logger) *LimitedLines {
	return &LimitedLines{logger: logger, counts: map[string]*lineCount{}}
}

// Write writes the line, or counts it. overflow is the kind that takes it while too many kinds are counted already.
func (lines *LimitedLines) Write(ctx context.Context, kind, overflow LineKind, message string, fields ...any) {
	if lines.count(kind, overflow) {
		lines.logger.Log(ctx, kind.Level, message, fields...)
	}
}

// SumUp ends the minute, and tells what it left out.
func (lines *LimitedLines) SumUp() {
	lines.mutex.Lock()
	counts := lines.counts
	lines.counts = map[string]*lineCount{}
	if lines.timer != nil {
		lines.timer.Stop()
		lines.timer = nil
	}
	lines.mutex.Unlock()
	for _, entry := range counts {
		if entry.count <= entry.MaxLines {
			continue
		}
		fields := append([]any{"count", entry.count - entry.MaxLines, "seconds", int(window.Seconds())}, entry.Common...)
		lines.logger.Log(context.Background(), entry.Level, "more requests like those before", fields...)
	}
}

func (lines *LimitedLines) count(kind, overflow LineKind) (isWritten bool) {
	lines.mutex.Lock()
	defer lines.mutex.Unlock()
	// A minute begins with its first line.
	if lines.timer == nil {
		lines.timer = time.AfterFunc(window, lines.SumUp)
	}
	entry := lines.counts[kind.Key]
	if entry == nil {
		if len(lines.counts) >= maxKinds {
			kind = overflow
		}
		if entry = lines.counts[kind.Key]; entry == nil {
			entry = &lineCount{LineKind: kind}
			lines.counts[kind.Key] = entry
		}
	}
	entry.count++
	return entry.count <= entry.MaxLines
}
