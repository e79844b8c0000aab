// The search box: what is typed filters threads at once; Enter goes to the next step that fits.

import { element } from "./dom";
import { View } from "./view";

export function searchBox(view: View): { box: HTMLElement; focus(): void } {
  const input = element("input", { id: "search", type: "search", placeholder: "search: main/1  object:mutex#1  state:blocked", "aria-label": "search threads and steps" });
  const found = element("output", { for: "search" });
  input.value = view.filter.text;
  const tell = () => (found.textContent = view.filter.text ? `${view.threads.length} threads` : "");
  input.addEventListener("input", () => {
    view.setFilter(input.value);
    tell();
  });
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") input.blur();
    if (e.key !== "Enter") return;
    const column = nextFit(view, e.shiftKey ? -1 : 1);
    if (column < 0) found.textContent = "no step fits";
    else view.goToColumn(column);
  });
  tell();
  return { box: element("span", { class: "search" }, input, found), focus: () => (input.focus(), input.select()) };
}

// nextFit is the column of the next step that fits, in a direction, and round the end; -1 if none does.
function nextFit(view: View, by: number): number {
  const count = view.run.count;
  for (let i = 1, c = Math.min(view.column, count); i <= count + 1; i++) {
    c = (c + by + count + 1) % (count + 1);
    if (c < count && view.filter.fits(c)) return c;
  }
  return -1;
}
