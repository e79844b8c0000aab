// The step in hand: who did what, where, and what came of it.

import { duration } from "./axis";
import { button, byId, element } from "./dom";
import { at, byClock } from "./trace";
import { View } from "./view";

export function stepPanel(view: View) {
  const panel = byId("step"), said = byId("said"), { run } = view;
  let shown = 0;
  view.listen(() => {
    if (shown === view.step) return;
    shown = view.step;
    const { steps, places } = run.trace, c = view.column;
    if (c >= run.count) {
      panel.replaceChildren(element("h2", {}, "The end"), element("p", {}, ending(view)));
      said.textContent = `The end: ${ending(view)}`;
      return;
    }
    const who = `${run.name(view.actor)} ${run.role(view.actor)}`.trim(), what = run.describe(c), where = at(places[steps.place[c]!]);
    panel.replaceChildren(
      element("h2", {}, `Step ${view.step} of ${run.count}`, element("small", {}, duration(steps.time[c]!))),
      element("p", { class: "who" }, who),
      element("p", {}, element("b", {}, what), choice(steps.pick[c]!), where ? ` at ${where}` : ""),
      consequences(view),
    );
    said.textContent = `Step ${view.step}: ${who}, ${what} ${where}`;
  });
}

const choice = (pick: number) => (pick >= 0 ? `, ready case ${pick + 1}` : "");

function ending(view: View): string {
  const counts = view.run.states(view.column), alive = counts.slice(0, 4).reduce((a, b) => a + b, 0);
  const how = view.run.trace.end ? `The run ended: ${view.run.trace.end}. ` : "The trace was cut here. ";
  return how + (alive ? `${alive} ${alive === 1 ? "thread has" : "threads have"} not ended, ${counts[3]} blocked.` : "All threads have ended.");
}

// consequences lists whom the step started and woke, and what it is ordered after.
function consequences(view: View): HTMLElement {
  const { run } = view, { changes } = run.trace, list = element("ul", {});
  const { links } = run.orders;
  for (let i = run.orders.firstLink(view.step); i < links.count && links.column[i] === view.step && list.childElementCount < 8; i++)
    if (links.by[i] === view.actor) list.append(element("li", {}, `${links.starts[i] ? "starts" : "wakes"} ${run.name(links.thread[i]!)}`));
  const before = run.orders.before[view.column]!;
  if (before >= 0) list.append(element("li", {}, "ordered after ", stepLink(view, before), ` by ${run.object(run.trace.steps.object[before]!)}`));
  if (run.trace.steps.preempted[view.column]) list.append(element("li", {}, "then another thread goes on, though this one could: a preemption"));
  const blocked = run.lives.blockedBy(view.actor, view.column + 1);
  if (blocked >= 0 && changes.step[blocked] === view.step) list.append(element("li", {}, `then waits to ${run.waitsFor(view.actor, view.column + 1)}`));
  for (let i = firstChange(changes.step, changes.count, view.column); i < changes.count && changes.step[i] === view.column; i++)
    if (changes.by[i] === byClock) list.append(element("li", {}, `the clock has woken ${run.name(changes.thread[i]!)}`));
  return list;
}

function stepLink(view: View, column: number): HTMLButtonElement {
  return button(`step ${column + 1} of ${view.run.name(view.run.trace.steps.thread[column]!)}`, () => view.goToColumn(column), { class: "link" });
}

function firstChange(steps: Int32Array, count: number, step: number): number {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
