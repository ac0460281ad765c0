package telemetry

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func kind(key string) LineKind {
	return LineKind{Key: key, Level: slog.LevelInfo, MaxLines: 2, Common: []any{"code", key}}
}

func TestWritesTheFirstLinesOfAMinuteAndCountsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		output := &bytes.Buffer{}
		lines := NewLimitedLines(slog.New(slog.NewTextHandler(output, nil)))
		for range 5 {
			lines.Write(t.Context(), kind("a"), kind("more"), "refused")
		}
		lines.Write(t.Context(), kind("b"), kind("more"), "refused")
		time.Sleep(window)
		synctest.Wait()
		lines.Write(t.Context(), kind("a"), kind("more"), "refused")
		text := output.String()
		if strings.Count(text, "refused") != 4 || strings.Count(text, "more requests") != 1 ||
			!strings.Contains(text, `msg="more requests like those before" count=3 seconds=60 code=a`) {
			t.Error(text)
		}
	})
}

func TestTellsABoundedNumberOfKindsApart(t *testing.T) {
	output := &bytes.Buffer{}
	lines := NewLimitedLines(slog.New(slog.NewTextHandler(output, nil)))
	for number := range maxKinds + 10 {
		lines.Write(t.Context(), kind(fmt.Sprint(number)), kind("more"), "refused")
	}
	lines.SumUp()
	if text := output.String(); strings.Count(text, "refused") != maxKinds+2 || !strings.Contains(text, "count=8") {
		t.Errorf("wrote %d lines", strings.Count(text, "refused"))
	}
}
