package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Delay holds a thread back that could go on, while the clock goes on.
type Delay struct {
	After  int           // how many steps come before it, from 1
	Thread string        // that is held back
	For    time.Duration // a whole number of milliseconds
	Look   int           // how many-th look at the clock since the last step it comes at, from 1; 0 if it comes before the next step
}

// Slow says how the delays of a run were drawn by lot.
type Slow struct {
	Budget        time.Duration // for all of a run; 0 for no delays
	Points, Looks int           // places for them, in the plain run
}

// Delayed returns how long threads are held back in all.
func (s *Schedule) Delayed() (sum time.Duration) {
	for _, d := range s.Delays {
		sum += d.For
	}
	return sum
}

// PlanDelays returns the delays in the form that a worker takes: AFTER:COUNT:LOOK:TO:NANOSECONDS for each, with commas in between. AFTER
// is the key of the thread that took the step before, COUNT how many-th step of that thread it was, TO the key of the thread held back.
func (s *Schedule) PlanDelays() (string, error) {
	var list []string
	for _, d := range s.Delays {
		if d.After < 1 || d.After > len(s.Steps) {
			continue
		}
		thread, count := s.Steps[d.After-1].Thread, 0
		for _, step := range s.Steps[:d.After] {
			if step.Thread == thread {
				count++
			}
		}
		after, err := Key(thread)
		if err != nil {
			return "", err
		}
		to, err := Key(d.Thread)
		if err != nil {
			return "", err
		}
		list = append(list, fmt.Sprintf("%d:%d:%d:%d:%d", after, count, d.Look, to, d.For.Nanoseconds()))
	}
	return strings.Join(list, ","), nil
}

// delaysAfter returns the delays that stand on the line of a step, counted from 1.
func (s *Schedule) delaysAfter(step int) []Delay {
	return slices.Collect(func(yield func(Delay) bool) {
		for _, d := range s.Delays {
			if d.After == step && !yield(d) {
				return
			}
		}
	})
}

// String returns the delay as it stands in the file: "delay=main/1:8ms".
func (d Delay) String() string {
	text := fmt.Sprintf("delay=%s:%dms", d.Thread, d.For.Milliseconds())
	if d.Look > 0 {
		text += fmt.Sprintf("@%d", d.Look)
	}
	return text
}

// parseDelay reads a delay of a step's line; ok is false if it is none.
func parseDelay(text string) (d Delay, ok bool) {
	text, ok = strings.CutPrefix(text, "delay=")
	thread, length, colon := strings.Cut(text, ":")
	if _, err := Key(thread); err != nil || !ok || !colon {
		return d, false
	}
	length, look, at := strings.Cut(length, "@")
	d = Delay{Thread: thread}
	var err error
	if at {
		if d.Look, err = strconv.Atoi(look); err != nil || d.Look < 1 {
			return d, false
		}
	}
	d.For, err = wholeMilliseconds(length)
	return d, err == nil && d.For > 0
}

func wholeMilliseconds(text string) (time.Duration, error) {
	digits, ok := strings.CutSuffix(text, "ms")
	n, err := strconv.ParseUint(digits, 10, 40)
	if err == nil && !ok {
		err = fmt.Errorf("want milliseconds, as 8ms")
	}
	return time.Duration(n) * time.Millisecond, err
}

// String returns it as it stands behind an origin: "slow=10ms/37/2".
func (s Slow) String() string {
	return fmt.Sprintf("slow=%dms/%d/%d", s.Budget.Milliseconds(), s.Points, s.Looks)
}

func parseSlow(text string) (s Slow, err error) {
	text, ok := strings.CutPrefix(text, "slow=")
	parts := strings.Split(text, "/")
	if !ok || len(parts) != 3 {
		return s, fmt.Errorf("want slow=BUDGET/POINTS/LOOKS")
	}
	if s.Budget, err = wholeMilliseconds(parts[0]); err != nil {
		return s, err
	}
	if s.Points, err = strconv.Atoi(parts[1]); err != nil || s.Points < 0 {
		return s, fmt.Errorf("%q is no number of places", parts[1])
	}
	if s.Looks, err = strconv.Atoi(parts[2]); err != nil || s.Looks < 0 {
		return s, fmt.Errorf("%q is no number of places", parts[2])
	}
	return s, nil
}
