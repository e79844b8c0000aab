// The horizontal axis: where columns begin, in steps or in virtual time.

import { Run } from "./run";

export type AxisKind = "step" | "time";

export interface Axis {
  kind: AxisKind;
  length: number; // of the whole run, the column of the end included
  begin(column: number): number; // of a column, from 0; that behind the end is the length
  column(at: number): number; // the one that is there
  least: number; // what a view shows at the least
  tick(at: number): string;
}

export function axisOf(kind: AxisKind, run: Run): Axis {
  return kind === "step" ? stepAxis(run) : timeAxis(run);
}

function stepAxis(run: Run): Axis {
  return {
    kind: "step", length: run.last, least: 4,
    begin: (column) => column,
    column: (at) => Math.min(Math.max(Math.floor(at), 0), run.count),
    tick: (at) => (at >= run.count ? "end" : String(Math.round(at) + 1)),
  };
}

function timeAxis(run: Run): Axis {
  const time = run.trace.steps.time, end = (time[run.count - 1] ?? 0) + 1000;
  const margin = Math.max(1000, end / 50);
  return {
    kind: "time", length: end + margin, least: 2000,
    begin: (column) => (column < run.count ? time[column]! : column === run.count ? end : end + margin),
    column: (at) => {
      let low = 0, high = run.count + 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((middle < run.count ? time[middle]! : end) <= at) low = middle + 1;
        else high = middle;
      }
      return Math.max(0, low - 1);
    },
    tick: duration,
  };
}

// duration writes nanoseconds as Go does, with at most four digits: 2.5ms.
export function duration(ns: number): string {
  const units: [number, string][] = [[3.6e12, "h"], [6e10, "m"], [1e9, "s"], [1e6, "ms"], [1e3, "µs"]];
  for (const [unit, name] of units) if (ns >= unit) return Number((ns / unit).toPrecision(4)) + name;
  return `${Math.round(ns)}ns`;
}

// niceStep is a round distance between ticks, at least as long as asked.
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  for (const n of [1, 2, 5, 10]) if (n * power >= least) return Math.max(1, n * power);
  return 10 * power;
}
