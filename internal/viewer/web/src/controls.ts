// The toolbar, the keys, and the dialog that lists them.

import { Action, Player, actionsOf } from "./actions";
import { button, byId, element } from "./dom";
import { searchBox } from "./search";
import { View } from "./view";

export function controls(view: View) {
  const bar = byId("controls"), help = byId<HTMLDialogElement>("help"), search = searchBox(view);
  const player = new Player(view, (playing) => {
    const b = bar.querySelector<HTMLButtonElement>("[data-action=play]")!;
    b.textContent = playing ? "❚❚ stop" : "▶ play";
    b.setAttribute("aria-pressed", String(playing));
  });
  const actions = actionsOf(view, player, { help: () => help.showModal(), search: () => search.focus() });
  for (const a of actions) if (a.label && a.name !== "help") bar.append(buttonOf(a));
  bar.append(stepBox(view), search.box, axisButton(view, actions), ...actions.filter((a) => a.name === "help").map(buttonOf));
  fillHelp(help, actions);
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || help.open || isTyping(e)) return;
    const action = actions.find((a) => a.keys.includes(e.key));
    if (!action || (e.key === " " && e.target instanceof HTMLButtonElement)) return;
    e.preventDefault();
    action.act();
  });
}

const isTyping = (e: KeyboardEvent) => e.target instanceof HTMLInputElement;

function buttonOf(action: Action): HTMLButtonElement {
  const key = keyName(action.keys[0]!);
  return button(action.label!, action.act, { "data-action": action.name, title: `${action.about} (${key})`, "aria-label": action.about, "aria-keyshortcuts": key });
}

// stepBox shows the number of the step, and takes another one.
function stepBox(view: View): HTMLElement {
  const input = element("input", { id: "number", type: "text", inputmode: "numeric", "aria-label": "number of the step, or end" });
  input.addEventListener("change", () => {
    const n = Number(input.value);
    if (input.value.trim() === "end") view.goTo(view.run.last);
    else if (Number.isFinite(n) && n >= 1) view.goTo(n);
    view.changed();
    input.blur();
  });
  view.listen(() => {
    if (document.activeElement !== input) input.value = view.step > view.run.count ? "end" : String(view.step);
  });
  return element("label", { class: "number" }, "step ", input, ` of ${view.run.count}`);
}

function axisButton(view: View, actions: Action[]): HTMLButtonElement {
  const axis = actions.find((a) => a.name === "axis")!, b = button("", axis.act, { "data-action": "axis", title: `${axis.about} (x)` });
  view.listen(() => (b.textContent = view.axis.kind === "step" ? "by step" : "by time"));
  return b;
}

function fillHelp(help: HTMLDialogElement, actions: Action[]) {
  const rows = actions.map((a) => element("tr", {}, element("th", { scope: "row" }, ...a.keys.map((k) => element("kbd", {}, keyName(k)))), element("td", {}, a.about)));
  const words = "Words in the search box must all fit: a thread's name, function or an object. thread:main/1, thread:main/*, function:worker, object:mutex#1 and " +
    "state:blocked say what they are about; a minus turns a word round.";
  help.append(element("h2", {}, "Keys"), element("table", {}, element("tbody", {}, ...rows)), element("p", {}, words), button("close", () => help.close()));
}

function keyName(key: string): string {
  const names: Record<string, string> = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };
  return names[key] ?? key;
}
