// Who holds which lock when. The trace tells what is held at the end of the run; before that, it follows from the steps:
//
//   - a step "lock" takes the lock, unless the thread then waits for it; then its step "wake" does;
//   - a step "trylock" has taken it if the thread unlocks it later, or holds it at the end;
//   - a thread that waits at a condition gives back the lock that it took last.
//
// Where this comes to another end than the trace tells, or two threads would hold a lock at once, nothing is said about that lock: doubtful.

import { Lock, State, Trace } from "./trace";
import { Track, TrackBuilder } from "./track";

export interface Hold extends Lock { thread: number; from: number }

export class Holds {
  readonly doubtful = new Set<number>(); // objects
  private readonly ofThread: Track; // values are lists: numbers of nodes, 0 for an empty one
  private readonly ofObject: Track;

  constructor(private readonly trace: Trace) {
    const follower = new Follower(trace, this.doubtful);
    follower.follow();
    this.ofThread = follower.ofThread.build();
    this.ofObject = follower.ofObject.build();
    this.nodes = follower.nodes;
  }

  private readonly nodes: Node[];

  // track is that of objects: its entries are the moments in which a lock passes from hand to hand.
  get track(): Track { return this.ofObject; }

  isLock(object: number): boolean { return isLock(this.trace, object); }

  // byThread returns what a thread holds at a column, as far as it is known; the lock taken last comes first.
  byThread(thread: number, column: number): Hold[] {
    return this.list(this.ofThread.at(thread, column, 0));
  }

  // byObject returns who holds a lock at a column.
  byObject(object: number, column: number): Hold[] {
    return this.list(this.ofObject.at(object, column, 0));
  }

  // list returns what a value of the track means.
  list(node: number): Hold[] {
    const all: Hold[] = [];
    for (; node; node = this.nodes[node]!.next) {
      const hold = this.nodes[node]!.hold!;
      if (!this.doubtful.has(hold.object)) all.push(hold);
    }
    return all;
  }
}

interface Node { hold: Hold | null; next: number }

const takes = new Set(["lock", "rlock", "trylock", "tryrlock"]);
const gives = new Set(["unlock", "runlock"]);

const isLock = (trace: Trace, object: number) => /^(rw)?mutex$/.test(trace.things[object]!.kind);

// A Follower walks through the run.
class Follower {
  readonly nodes: Node[] = [{ hold: null, next: 0 }];
  readonly ofThread: TrackBuilder;
  readonly ofObject: TrackBuilder;
  private readonly taken: Uint8Array; // steps that have taken a lock

  constructor(private readonly trace: Trace, private readonly doubtful: Set<number>) {
    this.ofThread = new TrackBuilder(trace.threads.length);
    this.ofObject = new TrackBuilder(trace.things.length);
    this.taken = takenBy(trace);
  }

  follow() {
    const { steps, ops } = this.trace;
    for (let i = 0; i < steps.count; i++) {
      const op = ops[steps.op[i]!]!;
      if (this.taken[i]) this.take(i, this.taken[i] === 2);
      else if (gives.has(op)) this.give(i, op === "runlock");
      else if (op === "wait" && this.trace.things[steps.object[i]!]!.kind === "cond") this.giveLast(i);
    }
    this.compare();
  }

  private take(step: number, read: boolean) {
    const hold = { object: this.trace.steps.object[step]!, thread: this.trace.steps.thread[step]!, read, from: step };
    for (const other of this.holders(hold.object)) {
      if (read && other.read) continue;
      this.doubtful.add(hold.object);
      this.drop(other, step);
    }
    this.ofThread.add(hold.thread, step, this.push(hold, this.ofThread.latest(hold.thread, 0)));
    this.ofObject.add(hold.object, step, this.push(hold, this.ofObject.latest(hold.object, 0)));
  }

  // give ends a hold: the thread's own if it has one, since another one may unlock too.
  private give(step: number, read: boolean) {
    const object = this.trace.steps.object[step]!, thread = this.trace.steps.thread[step]!;
    const holders = this.holders(object).filter((h) => h.read === read);
    const hold = holders.find((h) => h.thread === thread) ?? holders[0];
    if (hold) this.drop(hold, step);
    else if (object) this.doubtful.add(object);
  }

  private giveLast(step: number) {
    const last = this.nodes[this.ofThread.latest(this.trace.steps.thread[step]!, 0)]!.hold;
    if (last) this.drop(last, step);
  }

  private drop(hold: Hold, step: number) {
    this.ofThread.add(hold.thread, step, this.without(this.ofThread.latest(hold.thread, 0), hold));
    this.ofObject.add(hold.object, step, this.without(this.ofObject.latest(hold.object, 0), hold));
  }

  private push(hold: Hold, next: number): number { return this.nodes.push({ hold, next }) - 1; }

  // without returns a list that lacks a hold. Lists are never changed, since earlier steps have them.
  private without(list: number, hold: Hold): number {
    const node = this.nodes[list]!;
    if (!list || node.hold === hold) return node.next;
    return this.push(node.hold!, this.without(node.next, hold));
  }

  private holders(object: number): Hold[] {
    const all: Hold[] = [];
    for (let n = this.ofObject.latest(object, 0); n; n = this.nodes[n]!.next) all.push(this.nodes[n]!.hold!);
    return all;
  }

  // compare checks what followed against what the trace tells of the end.
  private compare() {
    if (!this.trace.end) return; // the run was cut
    const told = new Map<number, string[]>();
    for (const h of this.trace.held) told.set(h.object, [...(told.get(h.object) ?? []), `${h.thread} ${h.read}`]);
    for (let o = 1; o < this.trace.things.length; o++) {
      if (!isLock(this.trace, o)) continue;
      const followed = this.holders(o).map((h) => `${h.thread} ${h.read}`);
      if (followed.sort().join() !== (told.get(o) ?? []).sort().join()) this.doubtful.add(o);
    }
  }
}

// takenBy marks the steps that have taken a lock: 1, or 2 for reading.
function takenBy(trace: Trace): Uint8Array {
  const { steps, changes, ops } = trace;
  const taken = new Uint8Array(steps.count);
  const latest = new Int32Array(trace.threads.length).fill(-1); // step of each thread
  const waits = new Int32Array(trace.threads.length).fill(-1); // change that made it wait, after a step for the same lock
  const tries = new Map<string, number>(); // steps that tried
  let c = 0;
  const change = () => {
    const thread = changes.thread[c]!, step = latest[thread]!;
    if (changes.to[c] !== State.Blocked || step < 0 || !taken[step]) return;
    if (steps.object[step] !== changes.object[c] || steps.op[step] !== changes.op[c]) return;
    taken[step] = 0;
    waits[thread] = c;
  };
  for (let i = 0; i < steps.count; i++) {
    for (; c < changes.count && changes.step[c]! <= i; c++) change();
    const thread = steps.thread[i]!, op = ops[steps.op[i]!]!, object = steps.object[i]!;
    if (object && isLock(trace, object)) mark(i, thread, op, object);
    latest[thread] = i;
  }
  for (; c < changes.count; c++) change();
  for (const h of trace.held) succeed(h.thread, h.object);
  return taken;

  function mark(i: number, thread: number, op: string, object: number) {
    if (op.startsWith("try")) tries.set(`${thread} ${object}`, i);
    else if (takes.has(op)) taken[i] = op === "rlock" ? 2 : 1;
    else if (gives.has(op)) succeed(thread, object);
    else if (op === "wake" && waits[thread]! >= 0 && changes.object[waits[thread]!] === object)
      taken[i] = ops[changes.op[waits[thread]!]!] === "rlock" ? 2 : 1;
    if (op !== "wake" || taken[i]) waits[thread] = -1;
    if (takes.has(op) && !op.startsWith("try") || gives.has(op)) tries.delete(`${thread} ${object}`);
  }

  function succeed(thread: number, object: number) {
    const step = tries.get(`${thread} ${object}`);
    if (step !== undefined) taken[step] = ops[steps.op[step]!] === "tryrlock" ? 2 : 1;
  }
}
