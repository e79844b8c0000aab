// What one can do, each with its key: buttons, keys and the help all go by this list.

import { toggleTheme } from "./theme";
import { View } from "./view";

export interface Action {
  name: string;
  keys: string[]; // as in KeyboardEvent.key
  about: string;
  label?: string; // of its button, if it has one
  act(): void;
}

const pace = 450; // milliseconds a step, when playing

export class Player {
  private timer = 0;

  constructor(private readonly view: View, private readonly tell: (playing: boolean) => void) {}

  toggle() {
    if (this.timer) return this.stop();
    if (this.view.step >= this.view.run.last) this.view.goTo(1);
    this.timer = window.setInterval(() => {
      if (this.view.step >= this.view.run.last) this.stop();
      else this.view.goTo(this.view.step + 1);
    }, pace);
    this.tell(true);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.tell(false);
  }
}

export function actionsOf(view: View, player: Player, open: { help(): void; search(): void }): Action[] {
  const { run } = view;
  const go = (name: string, keys: string[], label: string | undefined, about: string, act: () => void): Action =>
    ({ name, keys, about, ...(label ? { label } : {}), act: () => (player.stop(), act()) });
  return [
    go("first", ["Home"], "|◀", "the first step", () => view.goTo(1)),
    go("previous", ["ArrowLeft", "k"], "◀", "the previous step", () => view.goTo(view.step - 1)),
    { name: "play", keys: [" "], label: "▶ play", about: "play, and stop", act: () => player.toggle() },
    go("next", ["ArrowRight", "j"], "▶", "the next step", () => view.goTo(view.step + 1)),
    go("last", ["End"], "▶|", "the end", () => view.goTo(run.last)),
    go("switch", ["n"], "next switch", "the next switch to another thread", () => view.goTo(nextSwitch(view, 1))),
    go("switch back", ["N"], undefined, "the switch before", () => view.goTo(nextSwitch(view, -1))),
    go("thread", ["t"], "next of thread", "the next step of this thread", () => view.goToColumn(run.next(view.thread, view.column + 1))),
    go("thread back", ["T"], undefined, "its step before", () => view.goToColumn(run.previous(view.thread, view.column))),
    go("finding", ["f"], run.finding ? "⚑ finding" : undefined, "the finding", () => view.goTo(run.finding || view.step)),
    { name: "in", keys: ["w", "+"], about: "zoom in (the wheel does too, with Ctrl)", act: () => view.zoom(0.7, view.middle()) },
    { name: "out", keys: ["s", "-"], about: "zoom out", act: () => view.zoom(1 / 0.7, view.middle()) },
    { name: "left", keys: ["a"], about: "move to the left (so does dragging, and the wheel with Shift)", act: () => view.pan(-0.2) },
    { name: "right", keys: ["d"], about: "move to the right", act: () => view.pan(0.2) },
    { name: "whole", keys: ["0"], about: "the whole run", act: () => view.show(0, view.axis.length) },
    { name: "up", keys: ["ArrowUp"], about: "choose the thread above", act: () => chooseBy(view, -1) },
    { name: "down", keys: ["ArrowDown"], about: "choose the thread below", act: () => chooseBy(view, 1) },
    { name: "none", keys: ["Escape"], about: "follow whoever takes the step", act: () => view.chosen && view.choose(view.chosen) },
    { name: "search", keys: ["/"], about: "search: Enter goes to the next step that fits, Shift+Enter to the one before", act: open.search },
    { name: "axis", keys: ["x"], about: "steps, or virtual time", act: () => view.setAxis(view.axis.kind === "step" ? "time" : "step") },
    { name: "orders", keys: ["o"], about: "show what came before what, or only for the step in hand", act: () => { view.orders = !view.orders; view.changed(); } },
    { name: "theme", keys: ["l"], about: "light, or dark", act: toggleTheme },
    { name: "help", keys: ["?"], label: "?", about: "these keys", act: open.help },
  ];
}

// nextSwitch is the number of the next step by another thread than the one before it, in a direction.
function nextSwitch(view: View, by: number): number {
  for (let c = view.column + by; c > 0 && c < view.run.count; c += by) if (view.run.isSwitch(c)) return c + 1;
  return by > 0 ? view.run.last : 1;
}

function chooseBy(view: View, by: number) {
  const row = view.threads.indexOf(view.thread), thread = view.threads[row < 0 ? 0 : Math.min(Math.max(row + by, 0), view.threads.length - 1)];
  if (thread && thread !== view.chosen) view.choose(thread);
}
