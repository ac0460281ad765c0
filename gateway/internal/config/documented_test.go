package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheDocsListEveryVariableWithItsDefault(t *testing.T) {
	text, err := os.ReadFile("../../../docs/kafka.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Variables of the gateway\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented := []Variable{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` *\\| *(\\S*) *\\|").FindAllStringSubmatch(section, -1) {
		documented = append(documented, Variable{row[1], strings.Trim(row[2], "`")})
	}
	if variables := Variables(); !slices.Equal(documented, variables) {
		t.Errorf("the docs have %v, and the gateway reads %v", documented, variables)
	}
}
