// The two accesses of a race, side by side.

import { button, byId, element } from "./dom";
import { Library } from "./sourcepanel";
import { Access, Place, Race, at, shortFunc } from "./trace";
import { View } from "./view";

const mostRaces = 20;

export function racePanel(view: View, library: Library) {
  const panel = byId("race"), races = view.run.trace.races;
  if (!races.length) return;
  panel.hidden = false;
  panel.append(element("h2", {}, races.length === 1 ? "The race" : `${races.length} races`));
  for (const race of races.slice(0, mostRaces)) panel.append(...show(race, view, library));
  if (races.length > mostRaces) panel.append(element("p", { class: "quiet" }, `and ${races.length - mostRaces} more`));
}

function show(race: Race, view: View, library: Library): HTMLElement[] {
  const what = race.object ? view.run.object(race.object) : "memory";
  return [
    element("p", {}, `Two accesses to ${what} that nothing orders${common(race, view)}:`),
    element("div", { class: "pair" }, side(race.first, view, library), side(race.second, view, library)),
  ];
}

// common says which locks the two accesses held.
function common(race: Race, view: View): string {
  if (!race.first.locks.length && !race.second.locks.length) return ", with no lock held";
  const names = (a: Access) => a.locks.map((l) => view.run.object(l.object) + (l.read ? " (reading)" : "")).join(", ") || "nothing";
  return `; the first holds ${names(race.first)}, the second ${names(race.second)}`;
}

function side(access: Access, view: View, library: Library): HTMLElement {
  const { run } = view, stack = run.own(access.stack), step = Math.min(Math.max(access.step, 1), run.last);
  const lines = element("pre", { class: "code" });
  if (stack[0]) void excerpt(stack[0], library, lines);
  return element("div", { class: "access" },
    element("h3", {}, `${run.name(access.thread)} ${access.op}s`),
    button(`step ${step}`, () => view.goTo(step), { class: "link" }),
    lines,
    element("ol", {}, ...stack.slice(0, 6).map((p) => element("li", {}, `${shortFunc(p.func)} `, element("small", {}, at(p))))));
}

// excerpt fills in the line of an access, with its neighbours.
async function excerpt(place: Place, library: Library, into: HTMLElement) {
  if (!library.has(place.file)) return into.remove();
  const lines = (await library.text(place.file)).split("\n");
  const shown = [place.line - 1, place.line, place.line + 1].filter((n) => n >= 1 && n <= lines.length);
  const texts = shown.map((n) => lines[n - 1]!.replaceAll("\t", "    "));
  const indent = Math.min(...texts.filter((t) => t.trim()).map((t) => t.search(/\S/)));
  into.append(...shown.map((n, i) => element("div", n === place.line ? { class: "current" } : {}, `${String(n).padStart(4)}  ${texts[i]!.slice(indent)}`)));
}
