package admission

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tallyflow/gateway/internal/problem"
)

// testHolder is as slow as a test says, and notes that it was told to give way.
type testHolder struct {
	slowFor time.Duration
	isOver  bool
	gaveWay atomic.Bool
}

func (holder *testHolder) SlowFor() time.Duration { return holder.slowFor }

func (holder *testHolder) GiveWay() bool {
	holder.gaveWay.Store(!holder.isOver)
	return !holder.isOver
}

func semaphoreOf(capacity, perKey int) *Semaphore {
	return NewSemaphore(Options{
		Name: "bodies", Capacity: capacity, CapacityPerKey: perKey, MaxWaitingPerKey: 3, MaxWaiting: 5,
		Patience: 10 * time.Second, RetryAfterSeconds: 2, CountLimit: func(string) {},
	})
}

// mustAcquire takes a slot that is free.
func mustAcquire(t *testing.T, semaphore *Semaphore, key int64, holder Holder) (release func()) {
	t.Helper()
	release, err := semaphore.Acquire(context.Background(), key, holder)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func (semaphore *Semaphore) counts() (taken, waiting, keys int) {
	semaphore.mutex.Lock()
	defer semaphore.mutex.Unlock()
	return semaphore.taken, semaphore.waiting, len(semaphore.accounts)
}

// arrivals are the keys that got a slot, in their order.
type arrivals struct {
	mutex sync.Mutex
	keys  []int64
}

func (arrivals *arrivals) add(key int64) {
	arrivals.mutex.Lock()
	defer arrivals.mutex.Unlock()
	arrivals.keys = append(arrivals.keys, key)
}

func (arrivals *arrivals) are(keys ...int64) bool {
	arrivals.mutex.Lock()
	defer arrivals.mutex.Unlock()
	return slices.Equal(arrivals.keys, keys)
}

// wait begins to wait for a slot, and puts its key into order once it has it.
func wait(semaphore *Semaphore, key int64, order *arrivals) (outcome chan error) {
	outcome = make(chan error, 1)
	go func() {
		_, err := semaphore.Acquire(context.Background(), key, &testHolder{})
		if err == nil {
			order.add(key)
		}
		outcome <- err
	}()
	synctest.Wait()
	return outcome
}

func expectOverloaded(t *testing.T, err error, isOwnDoing bool) {
	t.Helper()
	var bad *problem.Problem
	if !errors.As(err, &bad) || bad.Code != problem.Overloaded || bad.RetryAfterSeconds != 2 || bad.IsOwnDoing != isOwnDoing {
		t.Errorf("refused with %+v, expected own doing %v", err, isOwnDoing)
	}
}

func TestTheKeyThatHoldsLeastGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(3, 3)
		var releases []func()
		for range 3 {
			releases = append(releases, mustAcquire(t, semaphore, 1, &testHolder{}))
		}
		var order arrivals
		for _, key := range []int64{1, 2, 1, 3} {
			wait(semaphore, key, &order)
		}
		for _, release := range releases {
			release()
			// It gives back nothing twice.
			release()
			synctest.Wait()
		}
		if !order.are(2, 3, 1) {
			t.Errorf("came in the order %v", order.keys)
		}
		if taken, waiting, _ := semaphore.counts(); taken != 3 || waiting != 1 {
			t.Errorf("%d are taken, and %d wait", taken, waiting)
		}
		time.Sleep(time.Minute)
	})
}

func TestAKeyLeavesSomeToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(3, 2)
		for range 2 {
			mustAcquire(t, semaphore, 1, &testHolder{})
		}
		var order arrivals
		waiting := wait(semaphore, 1, &order)
		mustAcquire(t, semaphore, 2, &testHolder{})
		// Its patience ends while it waits for its own requests.
		expectOverloaded(t, <-waiting, true)
	})
}

func TestTooManyThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(1, 1)
		mustAcquire(t, semaphore, 1, &testHolder{})
		var order arrivals
		var own []chan error
		for range 3 {
			own = append(own, wait(semaphore, 1, &order))
		}
		expectOverloaded(t, <-wait(semaphore, 1, &order), true)
		for _, key := range []int64{2, 3} {
			wait(semaphore, key, &order)
		}
		// The key with the most that wait loses its last one to another key.
		wait(semaphore, 4, &order)
		expectOverloaded(t, <-own[2], true)
		if len(own[0])+len(own[1]) > 0 {
			t.Error("others were refused as well")
		}
		time.Sleep(time.Minute)
	})
}

func TestAClientThatLeavesWaitsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(1, 1)
		release := mustAcquire(t, semaphore, 1, &testHolder{})
		ctx, cancel := context.WithCancelCause(context.Background())
		left := errors.New("left")
		outcome := make(chan error, 1)
		go func() {
			_, err := semaphore.Acquire(ctx, 2, &testHolder{})
			outcome <- err
		}()
		synctest.Wait()
		cancel(left)
		if err := <-outcome; !errors.Is(err, left) {
			t.Errorf("ended with %v", err)
		}
		release()
		if taken, waiting, keys := semaphore.counts(); taken+waiting+keys != 0 {
			t.Errorf("%d are taken, %d wait, of %d keys", taken, waiting, keys)
		}
	})
}

func TestTheSlowestHolderGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(2, 2)
		slow, slower := &testHolder{slowFor: time.Second}, &testHolder{slowFor: 2 * time.Second}
		mustAcquire(t, semaphore, 1, slow)
		release := mustAcquire(t, semaphore, 1, slower)
		var order arrivals
		wait(semaphore, 2, &order)
		time.Sleep(2 * lookInterval)
		if slow.gaveWay.Load() || !slower.gaveWay.Load() {
			t.Errorf("gave way: slow %v, slower %v", slow.gaveWay.Load(), slower.gaveWay.Load())
		}
		release()
		synctest.Wait()
		if !order.are(2) {
			t.Errorf("came in the order %v", order.keys)
		}
	})
}

func TestTheNewestOfTheLargestShareGivesWayAfterSomeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		semaphore := semaphoreOf(3, 3)
		holders := []*testHolder{{}, {}, {isOver: true}}
		for _, holder := range holders {
			mustAcquire(t, semaphore, 1, holder)
		}
		var order arrivals
		wait(semaphore, 2, &order)
		time.Sleep(unevenTime - lookInterval)
		if holders[1].gaveWay.Load() {
			t.Error("gave way too early")
		}
		time.Sleep(2 * lookInterval)
		// The newest one has arrived as a whole, and ends soon.
		if holders[0].gaveWay.Load() || !holders[1].gaveWay.Load() {
			t.Errorf("gave way: %v, %v", holders[0].gaveWay.Load(), holders[1].gaveWay.Load())
		}
		time.Sleep(time.Minute)
	})
}
