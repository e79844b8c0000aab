// A run: its trace, and what follows from it. What panels show, they ask here.
//
// A step has a number from 1. The column of step n is n-1; behind the last step there is one more column, the end, with what was left.

import { Holds } from "./holds";
import { Lives } from "./lives";
import { Orders } from "./orders";
import { waitEdgesOf } from "./waits";
import { Place, State, Trace, Thread, at, isInside, shortFunc, waitNames } from "./trace";

export class Run {
  readonly lives: Lives;
  readonly holds: Holds;
  readonly orders: Orders;
  private readonly stepsOf: Groups; // threads
  private readonly stepsAt: Groups; // objects

  constructor(readonly trace: Trace) {
    this.lives = new Lives(trace);
    this.holds = new Holds(trace);
    this.orders = new Orders(trace);
    this.stepsOf = new Groups(trace.steps.thread, trace.threads.length);
    this.stepsAt = new Groups(trace.steps.object, trace.things.length);
  }

  get count(): number { return this.trace.steps.count; } // steps
  get last(): number { return this.count + 1; } // number of the end

  thread(n: number): Thread { return this.trace.threads[n]!; }
  name(thread: number): string { return label(this.thread(thread).name); }
  object(n: number): string {
    const { name, called } = this.trace.things[n]!;
    return called ? `${name} (${called})` : name;
  }
  op(step: number): string { return this.trace.ops[this.trace.steps.op[step]!]!; }

  // describe says what a step did: lock mutex#1.
  describe(step: number): string {
    return `${this.op(step)} ${this.object(this.trace.steps.object[step]!)}`.trim();
  }

  // role is what a thread is there for: what the program calls it, and what it runs.
  role(thread: number): string {
    return [this.thread(thread).called, this.runs(thread)].filter(Boolean).join(" · ");
  }

  // runs is a thread's function, or where it was started if that is a library's.
  private runs(thread: number): string {
    const t = this.thread(thread), entry = this.trace.places[t.entry]!;
    if (entry.func && !isInside(entry.func) && !/\.gowrap\d+$/.test(entry.func)) return shortFunc(entry.func);
    if (thread === 1 && this.trace.test) return this.trace.test;
    const outermost = this.own(t.stack).at(-1);
    if (outermost) return shortFunc(outermost.func);
    const from = at(this.trace.places[t.asked || t.started]);
    return from ? `from ${from}` : "";
  }

  // own are the places of a stack that the user wrote, or all if there are none.
  own(stack: number[]): Place[] {
    const all = stack.map((n) => this.trace.places[n]!);
    const own = all.filter((p) => !isInside(p.func));
    return own.length ? own : all;
  }

  // previous and next return a thread's last step before, or first step from, a column; -1 for none.
  previous(thread: number, column: number): number { return this.stepsOf.before(thread, column); }
  next(thread: number, column: number): number { return this.stepsOf.from(thread, column); }

  // place is where a thread is at a column: at its last step, or at the one that it waits to carry out.
  place(thread: number, column: number): Place {
    const { steps, changes, places } = this.trace;
    const last = this.previous(thread, column + 1);
    const change = this.lives.blockedBy(thread, column);
    if (change >= 0) {
      const same = (s: number) => s >= 0 && steps.object[s] === changes.object[change] && steps.op[s] === changes.op[change];
      if (!same(last)) {
        const next = this.next(thread, column);
        if (same(next)) return places[steps.place[next]!]!;
        if (next < 0 && this.thread(thread).stack.length) return this.own(this.thread(thread).stack)[0]!;
      }
    }
    for (let s = last; s >= 0; s = this.previous(thread, s)) if (steps.place[s]) return places[steps.place[s]!]!;
    return (change >= 0 ? this.own(this.thread(thread).stack)[0] : undefined) ?? places[this.thread(thread).entry]!;
  }

  // waitsFor says what a thread waits for at a column; empty if it does not wait.
  waitsFor(thread: number, column: number): string {
    const change = this.lives.blockedBy(thread, column);
    if (change < 0) return "";
    const { changes, ops } = this.trace;
    const wish = `${ops[changes.op[change]!]} ${this.object(changes.object[change]!)}`.trim();
    const how = changes.wait[change] ? ` (${waitNames[changes.wait[change]!]})` : "";
    const edges = waitEdgesOf(this, thread, column);
    const others = edges.slice(0, 4).map((e) => (e.to === thread ? "itself" : this.name(e.to)));
    return wish + how + (edges.length ? `, ${edges[0]!.how} ${others.join(", ")}` : "");
  }

  holdsText(thread: number, column: number): string {
    return this.holds.byThread(thread, column).map((h) => this.object(h.object) + (h.read ? " (reading)" : "")).join(", ");
  }

  // stepsAtObject are the columns of an object's steps, in order.
  stepsAtObject(object: number): Int32Array { return this.stepsAt.members(object); }

  // values returns what memory and atomic variables held after a step, and which step told.
  values(column: number): { object: number; step: number }[] {
    const all: { object: number; step: number }[] = [];
    for (let o = 1; o < this.trace.things.length && all.length < 100; o++) {
      if (!/^(memory|atomic)$/.test(this.trace.things[o]!.kind)) continue;
      let s = this.stepsAt.before(o, column + 1);
      while (s >= 0 && !this.trace.steps.size[s]) s = this.stepsAt.before(o, s);
      if (s >= 0) all.push({ object: o, step: s });
    }
    return all;
  }

  // finding is the number of the step that the finding is at: the later access of a race, else the end.
  get finding(): number {
    const { finding, races } = this.trace;
    if (!finding) return 0;
    if (finding.kind === "race" && races.length) return Math.min(Math.max(races[0]!.second.step, 1), this.last);
    return finding.kind === "deadlock" || finding.kind === "leak" ? this.last : Math.max(1, this.count);
  }

  // states counts the threads in each state at a column.
  states(column: number): number[] {
    const counts = [0, 0, 0, 0, 0];
    for (let t = 1; t < this.trace.threads.length; t++)
      if (this.lives.exists(t, column)) counts[this.lives.state(t, column)]!++;
    return counts;
  }

  isSwitch(step: number): boolean {
    const { thread } = this.trace.steps;
    return step > 0 && step < this.count && thread[step] !== thread[step - 1];
  }

  isBlocked(thread: number, column: number): boolean { return this.lives.state(thread, column) === State.Blocked; }
}

// label shortens a thread's name that has many parts, as clew's reports do: main/1/…/1/2.
export function label(name: string): string {
  const parts = name.split("/");
  return parts.length <= 8 ? name : [...parts.slice(0, 2), "…", ...parts.slice(-2)].join("/");
}

// Groups are the columns of all steps, grouped by a key such as their thread.
class Groups {
  private readonly starts: Int32Array;
  private readonly columns: Int32Array;

  constructor(keys: Int32Array, count: number) {
    this.starts = new Int32Array(count + 1);
    for (const k of keys) this.starts[k + 1]!++;
    for (let k = 0; k < count; k++) this.starts[k + 1]! += this.starts[k]!;
    const next = this.starts.slice();
    this.columns = new Int32Array(keys.length);
    for (let i = 0; i < keys.length; i++) this.columns[next[keys[i]!]!++] = i;
  }

  members(key: number): Int32Array { return this.columns.subarray(this.starts[key]!, this.starts[key + 1]!); }

  // from returns the first member at a column or behind it, before the last one before it; -1 for none.
  from(key: number, column: number): number {
    const i = this.search(key, column);
    return i < this.starts[key + 1]! ? this.columns[i]! : -1;
  }

  before(key: number, column: number): number {
    const i = this.search(key, column);
    return i > this.starts[key]! ? this.columns[i - 1]! : -1;
  }

  private search(key: number, column: number): number {
    let low = this.starts[key]!, high = this.starts[key + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.columns[middle]! < column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
