// Who waits for whom at a step: a thread at a lock waits for those that hold it; one that waits to read, while others only read, waits for the
// writer before it. From this, the circle, if there is one.

import { Run } from "./run";

export interface Edge { from: number; to: number; object: number; how: string }

// waitEdges are those of all threads at a column.
export function waitEdges(run: Run, column: number): Edge[] {
  const blocked: number[] = [], writers = new Map<number, number[]>();
  for (let t = 1; t < run.trace.threads.length; t++) {
    const object = lockAwaited(run, t, column);
    if (!object) continue;
    blocked.push(t);
    if (wish(run, t, column) === "lock") writers.set(object, [...(writers.get(object) ?? []), t]);
  }
  return blocked.flatMap((t) => edgesOf(run, t, column, (object) => writers.get(object) ?? []));
}

// waitEdgesOf are those of one thread.
export function waitEdgesOf(run: Run, thread: number, column: number): Edge[] {
  const writes = (object: number) => (t: number) => lockAwaited(run, t, column) === object && wish(run, t, column) === "lock";
  const all = () => run.trace.threads.map((_, t) => t).slice(1);
  return edgesOf(run, thread, column, (object) => all().filter(writes(object)));
}

// lockAwaited is the lock that a thread waits for, 0 if it does not wait for one.
function lockAwaited(run: Run, thread: number, column: number): number {
  const change = run.lives.blockedBy(thread, column), object = change < 0 ? 0 : run.trace.changes.object[change]!;
  return object && run.holds.isLock(object) ? object : 0;
}

const wish = (run: Run, thread: number, column: number) => run.trace.ops[run.trace.changes.op[run.lives.blockedBy(thread, column)]!]!;

function edgesOf(run: Run, from: number, column: number, writers: (object: number) => number[]): Edge[] {
  const object = lockAwaited(run, from, column);
  if (!object) return [];
  const holds = run.holds.byObject(object, column), reads = wish(run, from, column) === "rlock";
  const against = reads ? holds.filter((h) => !h.read) : holds;
  if (against.length || !holds.length) return [...new Set(against.map((h) => h.thread))].map((to) => ({ from, to, object, how: "held by" }));
  return writers(object).map((to) => ({ from, to, object, how: "behind the writer" }));
}

// circle returns threads that wait for each other in a circle, each for the next one; empty if there is none.
export function circle(edges: Edge[]): Edge[] {
  const next = new Map<number, Edge[]>();
  for (const e of edges) next.set(e.from, [...(next.get(e.from) ?? []), e]);
  const done = new Set<number>();
  for (const start of next.keys()) {
    const found = search(start, next, done);
    if (found.length) return found;
  }
  return [];
}

// search goes from thread to thread until it meets one on its way.
function search(start: number, next: Map<number, Edge[]>, done: Set<number>): Edge[] {
  const path: Edge[] = [], on = new Map<number, number>(), left: Edge[][] = [];
  for (let at = start; ; ) {
    if (!done.has(at) && !on.has(at)) {
      on.set(at, path.length);
      left.push([...(next.get(at) ?? [])]);
    }
    const edge = left.at(-1)?.pop();
    if (!edge) {
      left.pop();
      const back = path.pop();
      done.add(at);
      on.delete(at);
      if (!back) return [];
      at = back.from;
      continue;
    }
    if (on.has(edge.to)) return [...path.slice(on.get(edge.to)!), edge];
    if (done.has(edge.to)) continue;
    path.push(edge);
    at = edge.to;
  }
}
