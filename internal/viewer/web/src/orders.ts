// What comes before what: who started and woke whom, which the trace tells, and which step of another thread a step is ordered
// after by a lock or an atomic variable, which follows from Go's memory model. Channels and wait groups are left to what the trace tells: whom a
// send, a close or the last Done woke.

import { State, Trace } from "./trace";

// A Link is one thread's doing: it starts or wakes another one.
export interface Links {
  count: number;
  column: Int32Array; // in which the other one can go on; the doing is in the one before
  by: Int32Array;
  thread: Int32Array;
  starts: Uint8Array; // 1 for a start, 0 for a wake
}

export class Orders {
  readonly links: Links;
  readonly before: Int32Array; // of each step, the step of another thread that it is ordered after; -1 for none

  constructor(trace: Trace) {
    this.links = linksOf(trace);
    this.before = beforeOf(trace);
  }

  // firstLink returns the first link at a column or behind it.
  firstLink(column: number): number {
    let low = 0, high = this.links.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.links.column[middle]! < column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function linksOf(trace: Trace): Links {
  const c = trace.changes, most = c.count;
  const links = { count: 0, column: new Int32Array(most), by: new Int32Array(most), thread: new Int32Array(most), starts: new Uint8Array(most) };
  for (let i = 0; i < c.count; i++) {
    if (c.by[i]! <= 0 || (c.to[i] !== State.New && c.to[i] !== State.Runnable) || !c.step[i]) continue;
    const n = links.count++;
    links.column[n] = c.step[i]!;
    links.by[n] = c.by[i]!;
    links.thread[n] = c.thread[i]!;
    links.starts[n] = c.to[i] === State.New ? 1 : 0;
  }
  return links;
}

const changesAtomic = new Set(["store", "add", "swap", "and", "or"]); // that a cas did change it the trace does not tell
const asksAtomic = new Set(["load", "add", "swap", "cas", "and", "or"]);

function beforeOf(trace: Trace): Int32Array {
  const { steps, ops, things } = trace;
  const before = new Int32Array(steps.count).fill(-1);
  const released = new Int32Array(things.length).fill(-1), readReleased = new Int32Array(things.length).fill(-1);
  const kinds = things.map((t) => (/^(rw)?mutex$/.test(t.kind) ? "lock" : t.kind));
  for (let i = 0; i < steps.count; i++) {
    const object = steps.object[i]!, op = ops[steps.op[i]!]!;
    let source = -1;
    if (kinds[object] === "lock") {
      if (op === "lock") source = Math.max(released[object]!, readReleased[object]!);
      else if (op === "rlock") source = released[object]!;
      else if (op === "unlock") released[object] = i;
      else if (op === "runlock") readReleased[object] = i;
    } else if (kinds[object] === "atomic") {
      if (asksAtomic.has(op)) source = released[object]!;
      if (changesAtomic.has(op)) released[object] = i;
    }
    if (source >= 0 && steps.thread[source] !== steps.thread[i]) before[i] = source;
  }
  return before;
}
