package contract

import (
	"reflect"
	"testing"
)

func TestEveryLimitIsSet(t *testing.T) {
	for _, limits := range []any{Limits, DefaultLimits} {
		value := reflect.ValueOf(limits)
		for i := range value.NumField() {
			if value.Field(i).Int() <= 0 {
				t.Errorf("%s.%s is missing from limits.json", value.Type().Name(), value.Type().Field(i).Name)
			}
		}
	}
}

func TestKnowsCurrentAndHistoricCurrencies(t *testing.T) {
	for _, code := range []string{"USD", "ZWG", "DEM"} {
		if !IsCurrency(code) {
			t.Errorf("%s must be known", code)
		}
	}
	for _, code := range []string{"usd", "ZZZ", "", " USD"} {
		if IsCurrency(code) {
			t.Errorf("%q must not be known", code)
		}
	}
}
