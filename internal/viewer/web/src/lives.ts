// The states of each thread over the run, and how many threads wait at each object. The trace tells when a thread is started, blocks,
// wakes and ends; that it is Running or Runnable follows from the steps.

import { State, Trace } from "./trace";
import { Track, TrackBuilder } from "./track";

// What a blocked thread waits for, by the kind of object; each has its colour.
export const enum Wait { Lock, Channel, Others, Clock, Outside }

export const waitClasses = ["lock", "channel", "others", "clock", "outside"]; // in the style sheet
export const waitLabels = ["a lock", "a channel", "other threads", "the clock", "the outside"];

export class Lives {
  private readonly states: Track; // of threads: a State, and the change that led to it
  readonly waiters: Track; // of objects: how many wait there

  constructor(private readonly trace: Trace) {
    const states = new TrackBuilder(trace.threads.length), waiters = new TrackBuilder(trace.things.length);
    follow(trace, states, waiters);
    this.states = states.build();
    this.waiters = waiters.build();
  }

  get track(): Track { return this.states; }

  // state is a thread's at a column: while the step with this number from 0 is carried out.
  state(thread: number, column: number): State {
    return this.states.at(thread, column, packed(State.Terminated, -1)) & 7;
  }

  // exists reports whether a thread had been started by then.
  exists(thread: number, column: number): boolean { return this.states.find(thread, column) >= 0; }

  // blockedBy returns the change that made a thread wait, -1 if it does not.
  blockedBy(thread: number, column: number): number {
    const v = this.states.at(thread, column, packed(State.Terminated, -1));
    return (v & 7) === State.Blocked ? v >> 3 : -1;
  }

  // waitOf says what a change makes a thread wait for.
  waitOf(change: number): Wait {
    const { wait, object, op } = this.trace.changes;
    if (wait[change] === 2) return Wait.Outside;
    const name = this.trace.ops[op[change]!]!;
    if (name === "sleep") return Wait.Clock;
    return name === "select" || name === "send" || name === "receive" ? Wait.Channel : this.waitAt(object[change]!);
  }

  // waitAt says what one waits for at an object.
  waitAt(object: number): Wait {
    const waits: Record<string, Wait> = { mutex: Wait.Lock, rwmutex: Wait.Lock, chan: Wait.Channel, timer: Wait.Clock };
    return waits[this.trace.things[object]!.kind] ?? Wait.Others;
  }
}

const packed = (state: State, change: number) => state | (change << 3);

// follow walks through the run.
function follow(trace: Trace, states: TrackBuilder, waiters: TrackBuilder) {
  const { steps, changes } = trace;
  let running = 0, c = 0;
  const change = (at: number) => {
    const thread = changes.thread[c]!, before = states.latest(thread, State.New);
    if ((before & 7) === State.Blocked) count(waiters, changes.object[before >> 3]!, at, -1);
    if (changes.to[c] === State.Blocked) count(waiters, changes.object[c]!, at, +1);
    states.add(thread, at, packed(changes.to[c]!, c));
    if (thread === running && changes.to[c] !== State.New) running = 0;
  };
  for (let i = 0; i < steps.count; i++) {
    for (; c < changes.count && changes.step[c]! <= i; c++) change(i);
    const thread = steps.thread[i]!;
    if (thread === running) continue;
    if (running) states.add(running, i, packed(State.Runnable, -1));
    states.add(thread, i, packed(State.Running, -1));
    running = thread;
  }
  for (; c < changes.count; c++) change(steps.count);
}

function count(waiters: TrackBuilder, object: number, at: number, by: number) {
  if (object) waiters.add(object, at, waiters.latest(object, 0) + by);
}
