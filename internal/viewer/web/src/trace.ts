// What a trace holds, as the page works with it. Threads, objects and places are numbers from 1, in the order of their
// definition; 0 is none. Steps and changes of state may be millions, so they are columns of numbers.

export const enum State { New, Runnable, Running, Blocked, Terminated }

export const stateNames = ["new", "runnable", "running", "blocked", "terminated"];

// How a blocked thread waits: for other threads, for them or the clock, or for what is not under control.
export const waitNames = ["blocked", "timed", "outside"];

// Who woke a thread, where it was no thread.
export const byClock = -1, byOutside = -2;

export interface Place { file: string; line: number; func: string }

export interface Thing { name: string; called: string; kind: string; first: number }

export interface Thread {
  name: string;
  called: string; // by the program; empty if it does not say
  parent: number;
  started: number; // places: of its go statement, of the call that led to it, of its function
  asked: number;
  entry: number;
  stack: number[]; // where it was when the run ended, innermost first
}

export interface Steps {
  count: number;
  time: Float64Array; // nanoseconds since the start of the run
  thread: Int32Array;
  op: Uint16Array; // in Trace.ops
  object: Int32Array;
  place: Int32Array;
  pick: Int32Array; // the case that a select took, -1 for no choice
  size: Uint8Array; // of the value, in bytes; 0 for none
  value: BigUint64Array;
  preempted: Uint8Array; // 1 if the thread could have gone on after it, but another one did
}

export interface Changes {
  count: number;
  step: Int32Array; // number of steps before it
  thread: Int32Array;
  to: Uint8Array; // State
  wait: Uint8Array; // in waitNames
  op: Uint16Array;
  object: Int32Array;
  by: Int32Array; // who started or woke the thread; byClock, byOutside
}

export interface Access { thread: number; op: string; step: number; stack: number[]; locks: Lock[] }
export interface Race { object: number; first: Access; second: Access }
export interface Lock { object: number; read: boolean }
export interface Held extends Lock { thread: number }
export interface Sentence { step: number; text: string }
export interface Finding { kind: string; message: string; story: Sentence[] }

export interface Trace {
  test: string;
  package: string;
  go: string;
  root: string;
  finding: Finding | null;
  ops: string[];
  places: Place[]; // the first of these three is what 0 means
  things: Thing[];
  threads: Thread[];
  steps: Steps;
  changes: Changes;
  races: Race[];
  held: Held[];
  end: string;
}

// noPlace is what the number 0 of a place means.
export const noPlace: Place = { file: "", line: 0, func: "" };

// shortFunc is a function's name without its package: (*Pool).worker.
export function shortFunc(func: string): string {
  const plain = func.split("[")[0]!;
  const slash = plain.lastIndexOf("/") + 1;
  const dot = func.indexOf(".", slash);
  return dot < 0 ? func : func.slice(dot + 1);
}

// isInside reports whether a function only tells how Go works inside.
export function isInside(func: string): boolean {
  const plain = func.split("[")[0]!;
  const slash = plain.lastIndexOf("/") + 1;
  const dot = plain.indexOf(".", slash);
  const first = (dot < 0 ? "" : plain.slice(0, dot)).split("/")[0]!;
  return ["", "runtime", "testing", "sync", "internal"].includes(first);
}

// baseName is a file's name without its folder.
export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}

// at writes a place for people: pool.go:41.
export function at(place: Place | undefined): string {
  return place && place.file ? `${baseName(place.file)}:${place.line}` : "";
}
