// What is typed into the search box: words, all of which must fit. A word such as state:blocked says what it is about: thread, function,
// object or state (a blocked thread also fits by what it waits for). Others fit a thread by its name, function or state, or by an object
// that it has to do with. A minus before a word turns it round.

import { Run } from "./run";
import { at, stateNames } from "./trace";

export interface Filter {
  text: string;
  moving: boolean; // whether who passes depends on the step
  passes(thread: number, column: number): boolean;
  fits(step: number): boolean; // whether a step, by its column, is one to stop at
}

interface Term {
  moving: boolean;
  thread(thread: number, column: number): boolean;
  step(step: number): boolean;
}

export function parseFilter(text: string, run: Run): Filter {
  const terms = text.toLowerCase().split(/\s+/).filter((w) => w !== "" && w !== "-").map((word) => termOf(word, run));
  return {
    text,
    moving: terms.some((t) => t.moving),
    passes: (thread, column) => terms.every((t) => t.thread(thread, column)),
    fits: (step) => terms.length > 0 && terms.every((t) => t.step(step)),
  };
}

function termOf(word: string, run: Run): Term {
  if (word.startsWith("-")) {
    const term = termOf(word.slice(1), run);
    return { moving: term.moving, thread: (t, c) => !term.thread(t, c), step: (s) => !term.step(s) };
  }
  const [, field, value] = /^(thread|function|object|state):(.*)$/.exec(word) ?? [null, "", word];
  switch (field) {
    case "thread": return ofThread(run, (t) => matchesName(run.thread(t).name, value!));
    case "function": return ofThread(run, (t) => run.role(t).toLowerCase().includes(value!));
    case "object": return ofObject(run, value!);
    case "state": return ofState(run, value!);
  }
  return ofAny(run, value!);
}

// matchesName compares a thread's name: main/1 is not main/10, but main/* is all that main has started.
function matchesName(name: string, value: string): boolean {
  return value.endsWith("*") ? name.startsWith(value.slice(0, -1)) : name === value;
}

const ofThread = (run: Run, fits: (thread: number) => boolean): Term =>
  ({ moving: false, thread: fits, step: (s) => fits(run.trace.steps.thread[s]!) });

function ofObject(run: Run, value: string): Term {
  const { steps, changes, things } = run.trace;
  const names = (name: string) => name === value || !/\d$/.test(value) && name.includes(value);
  const fits = things.map((o, i) => i > 0 && (names(o.name.toLowerCase()) || o.called !== "" && names(o.called.toLowerCase())));
  const threads = new Set<number>();
  for (let i = 0; i < steps.count; i++) if (fits[steps.object[i]!]) threads.add(steps.thread[i]!);
  for (let i = 0; i < changes.count; i++) if (fits[changes.object[i]!]) threads.add(changes.thread[i]!);
  return { moving: false, thread: (t) => threads.has(t), step: (s) => !!fits[steps.object[s]!] };
}

function ofState(run: Run, value: string): Term {
  const fits = (thread: number, column: number) =>
    run.lives.exists(thread, column) &&
    (stateNames[run.lives.state(thread, column)]!.startsWith(value) || run.isBlocked(thread, column) && run.waitsFor(thread, column).includes(value));
  return { moving: true, thread: fits, step: (s) => fits(run.trace.steps.thread[s]!, s + 1) };
}

function ofAny(run: Run, value: string): Term {
  const object = ofObject(run, value);
  const { steps, places } = run.trace;
  const named = (t: number) => run.thread(t).name.toLowerCase().includes(value) || run.role(t).toLowerCase().includes(value);
  const step = (s: number) =>
    run.describe(s).toLowerCase().includes(value) || at(places[steps.place[s]!]).toLowerCase().includes(value) || named(steps.thread[s]!);
  return { moving: false, thread: (t) => named(t) || object.thread(t, 0), step };
}
