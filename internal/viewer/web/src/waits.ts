// Who waits for whom at a step: a thread at a lock waits for those that hold it; one that waits to read, while others only read, waits for the
// writer before it. From this, the circle, if there is one.

import { Run } from "./run";

export interface Edge { from: number; to: number; object: number }

export function waitEdges(run: Run, column: number): Edge[] {
  const edges: Edge[] = [], writers = new Map<number, number[]>(), { changes, ops, threads } = run.trace;
  const blocked: [number, number][] = []; // threads at locks, and what made them wait
  for (let t = 1; t < threads.length; t++) {
    const change = run.lives.blockedBy(t, column), object = change < 0 ? 0 : changes.object[change]!;
    if (!object || !run.holds.isLock(object)) continue;
    blocked.push([t, change]);
    if (ops[changes.op[change]!] === "lock") writers.set(object, [...(writers.get(object) ?? []), t]);
  }
  for (const [t, change] of blocked) {
    const object = changes.object[change]!, reads = ops[changes.op[change]!] === "rlock";
    const holds = run.holds.byObject(object, column), against = reads ? holds.filter((h) => !h.read) : holds;
    const to = against.length || !holds.length ? against.map((h) => h.thread) : writers.get(object) ?? [];
    for (const other of new Set(to)) edges.push({ from: t, to: other, object });
  }
  return edges;
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
