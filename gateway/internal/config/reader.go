package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Variable is a variable of the environment.
type Variable struct {
	Name string
	// Default is empty where there is none.
	Default string
}

// reader reads variables, and collects what is wrong with them.
type reader struct {
	lookup    func(name string) string
	variables []Variable
	problems  []error
}

func (reader *reader) complain(name, problem string) {
	reader.problems = append(reader.problems, fmt.Errorf("  %s: %s", name, problem))
}

func (reader *reader) err() error {
	if len(reader.problems) == 0 {
		return nil
	}
	return fmt.Errorf("the configuration is not valid:\n%w", errors.Join(reader.problems...))
}

func (reader *reader) text(name, fallback string) string {
	reader.variables = append(reader.variables, Variable{name, fallback})
	if text := reader.lookup(name); text != "" {
		return text
	}
	return fallback
}

func (reader *reader) integer(name string, fallback, low, high int64) int64 {
	number, err := strconv.ParseInt(reader.text(name, strconv.FormatInt(fallback, 10)), 10, 64)
	if err != nil || number < low || number > high {
		reader.complain(name, fmt.Sprintf("must be a whole number from %d to %d", low, high))
		return fallback
	}
	return number
}

func (reader *reader) positive(name string, fallback int64) int64 {
	return reader.integer(name, fallback, 1, math.MaxInt64)
}

func (reader *reader) ratio(name string, fallback float64) float64 {
	number, err := strconv.ParseFloat(reader.text(name, strconv.FormatFloat(fallback, 'g', -1, 64)), 64)
	if err != nil || !(number >= 0 && number <= 1) {
		reader.complain(name, "must be a number from 0 to 1")
		return fallback
	}
	return number
}

func (reader *reader) flag(name string) bool {
	return reader.choice(name, "false", "true", "false") == "true"
}

func (reader *reader) choice(name, fallback string, choices ...string) string {
	text := reader.text(name, fallback)
	if text != "" && !slices.Contains(choices, text) {
		reader.complain(name, "must be one of "+strings.Join(choices, ", "))
		return fallback
	}
	return text
}

func (reader *reader) brokers(name string) []string {
	text := reader.text(name, "")
	if text == "" {
		reader.complain(name, "must be set")
		return nil
	}
	brokers := strings.Split(text, ",")
	for _, broker := range brokers {
		host, port, err := net.SplitHostPort(broker)
		number, _ := strconv.ParseUint(port, 10, 16)
		if err != nil || host == "" || number == 0 {
			reader.complain(name, "must be host:port, with commas in between")
			return nil
		}
	}
	return brokers
}

func (reader *reader) httpURL(name string) string {
	text := reader.text(name, "")
	if text == "" {
		return ""
	}
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		reader.complain(name, "must be an address that begins with http:// or https://")
		return ""
	}
	return text
}

// headers reads name=value pairs with commas in between. Values are percent-encoded where they hold a comma.
func (reader *reader) headers(name string) map[string]string {
	text := reader.text(name, "")
	if text == "" {
		return nil
	}
	headers := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		header, value, _ := strings.Cut(pair, "=")
		decoded, err := url.PathUnescape(value)
		if err != nil || header == "" || decoded == "" {
			reader.complain(name, "must be name=value pairs, with commas in between and percent-encoded values")
			return nil
		}
		headers[header] = decoded
	}
	return headers
}
