// Package viewer shows a trace in the browser: a timeline of the threads, and beside it, for any step of the run, what each thread
// does, waits for and holds, with its line of source.
//
// There is one page (web/), and two ways to it. [Viewer.Listen] serves it to this machine; [Viewer.WriteHTML] writes it as one file that
// opens without a network. The page asks one place for its trace and its sources, and does not know which of the two it is: what is
// served is also what is written.
//
// # Who may look
//
// A trace and the sources it names are nobody's business but the user's. So the server listens on the loopback interface alone, and
// answers only who knows the token in its address, a number of 128 bits drawn for each server. A page of another site that the same
// browser shows must not get at it either: the Host header must be the server's own address (a name that was made to point at this machine
// is refused), an Origin header likewise, and what the browser says was caused by another site is refused (guard.go).
//
// A trace may come from anywhere, and names files. Only Go sources are shown that it names, and that lie, with all
// symbolic links followed, below the root of its module or below GOROOT (source.go). And it holds text that a program chose: names of
// threads, messages, output. The page treats text as text, and the policy it is served with lets no script run but its own (page.go).
//
// # The page
//
// web/src holds TypeScript, which internal/viewer/bundle turns into web/dist, whose files are compiled into clew. There are no
// packages from elsewhere in it. It reads the binary form of the trace by itself (reader.ts), and lays it out in arrays, so that the
// state of a thread at a step is one binary search away (lives.ts); only what is in view is drawn (timeline.ts).
package viewer
