package batchid

import (
	"testing"

	"github.com/google/uuid"
)

func TestNewHasVersion7(t *testing.T) {
	text, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if id := uuid.MustParse(text); id.Version() != 7 || id.Variant() != uuid.RFC4122 {
		t.Errorf("%s has version %d", text, id.Version())
	}
}

func TestDeriveIsTheSameForTheSameKeyAlone(t *testing.T) {
	text := Derive(17, "nightly")
	if id := uuid.MustParse(text); id.Version() != 8 || id.Variant() != uuid.RFC4122 {
		t.Errorf("%s has version %d", text, id.Version())
	}
	// Processes of any version must agree on it.
	if expected := "2cd97de2-5727-8c03-8059-fc0194409145"; text != expected {
		t.Errorf("it is %s, expected %s", text, expected)
	}
	for _, other := range []string{Derive(17, "nightly2"), Derive(1, "7nightly"), Derive(18, "nightly")} {
		if other == text {
			t.Errorf("%s is the id of two keys", text)
		}
	}
}
