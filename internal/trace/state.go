package trace

// A State is what a thread's life consists of.
type State uint8

// The five states. A thread is Running from its step to the next step of another thread, unless it has blocked; so Runnable and
// Running follow from the steps, and only the other changes are told.
const (
	New        State = iota // it was started, and has not taken a step yet
	Runnable                // it could go on
	Running                 // it has the turn
	Blocked                 // it waits
	Terminated              // it has ended
)

var stateNames = [...]string{"new", "runnable", "running", "blocked", "terminated"}

func (s State) String() string { return stateNames[s] }

// waits are the ways in which a thread waits: for other threads alone, for them or the clock, or for what is outside clew's control.
var waits = []string{"blocked", "timed", "outside"}

// A Change is a change of a thread's state between two steps: to New, Blocked or Terminated, or from Blocked to Runnable.
type Change struct {
	Step   int // number of steps carried out before it
	Thread *Thread
	To     State

	// Of one that blocks: how it waits ("blocked", "timed" or "outside"), to carry out what.
	Wait   string
	Op     string
	Object *Object // nil for none

	// Of one that is started or woken: by whom; nil, and How tells: "clock" or "outside", or nothing for the first thread.
	By  *Thread
	How string
}
