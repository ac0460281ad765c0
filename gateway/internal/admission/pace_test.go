package admission

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tallyflow/gateway/internal/problem"
)

var rowsASecond = PaceLimits{PerSecond: 1, PerSecondWhenOthersWait: 100}

func expectProblem(t *testing.T, err error, code problem.Code) {
	t.Helper()
	var bad *problem.Problem
	if !errors.As(err, &bad) || bad.Code != code || bad.RetryAfterSeconds != paceRetryAfterSeconds {
		t.Errorf("lost with %+v, expected %s", err, code)
	}
}

func TestAClientThatIsFastEnoughIsAlwaysWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := NewPace(rowsASecond, func() {})
		for range 60 {
			left, err := pace.BeginWait()
			if err != nil || left < time.Second {
				t.Fatalf("is waited for %v, %v", left, err)
			}
			time.Sleep(time.Second)
			if err := pace.EndWait(); err != nil {
				t.Fatal(err)
			}
			pace.Count(1)
		}
		if pace.Waited() != time.Minute {
			t.Errorf("waited %v", pace.Waited())
		}
	})
}

func TestWaitingUsesUpTheAllowance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := NewPace(rowsASecond, func() {})
		for _, expected := range []time.Duration{10 * time.Second, 4 * time.Second, 0} {
			left, _ := pace.BeginWait()
			if left != expected {
				t.Errorf("may wait for %v, expected %v", left, expected)
			}
			time.Sleep(6 * time.Second)
			_ = pace.EndWait()
			// What the server takes is not the client's fault.
			time.Sleep(time.Minute)
		}
	})
}

func TestGivingWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		interrupts := 0
		slow := NewPace(rowsASecond, func() { interrupts++ })
		_, _ = slow.BeginWait()
		time.Sleep(3 * time.Second)
		if slow.SlowFor() != time.Second {
			t.Errorf("is slow for %v", slow.SlowFor())
		}
		if !slow.GiveWay() || interrupts != 1 {
			t.Errorf("was interrupted %d times", interrupts)
		}
		expectProblem(t, slow.EndWait(), problem.RequestTimeout)

		fast := NewPace(rowsASecond, func() {})
		fast.GiveWay()
		_, err := fast.BeginWait()
		expectProblem(t, err, problem.Overloaded)

		whole := NewPace(rowsASecond, func() { t.Error("was interrupted") })
		whole.End()
		if whole.GiveWay() {
			t.Error("gave way though all has arrived")
		}
	})
}
