// The table of threads at the step in hand: state, what it waits for, what it holds, where it is. Only rows that can be seen exist.

import { byId, element } from "./dom";
import { waitClasses } from "./lives";
import { at, stateNames } from "./trace";
import { View } from "./view";

const rowHeight = 28, margin = 6; // rows beyond what is seen

export function threadTable(view: View) {
  const panel = byId("threads"), { run } = view;
  const body = element("tbody", {}), above = element("tr", { "aria-hidden": "true" }), below = element("tr", { "aria-hidden": "true" });
  const count = element("small", {}), table = element("table", {}, heads(), body);
  const box = element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table of threads" }, table);
  panel.append(element("h2", {}, "Threads", count), box);
  let followed = 0;

  const row = (thread: number, index: number) => {
    const c = view.column, state = run.lives.exists(thread, c) ? stateNames[run.lives.state(thread, c)]! : "not started";
    const place = run.lives.exists(thread, c) ? at(run.place(thread, c)) : "";
    const waits = run.lives.exists(thread, c) ? run.waitsFor(thread, c) : "";
    const change = run.lives.exists(thread, c) ? run.lives.blockedBy(thread, c) : -1;
    const mark = element("span", { class: `mark ${state.replace(" ", "-")} ${change < 0 ? "" : waitClasses[run.lives.waitOf(change)]}` });
    const r = element("tr", { "aria-rowindex": String(index + 2), tabindex: "0" },
      element("th", { scope: "row" }, run.name(thread)), element("td", {}, run.role(thread)), element("td", {}, mark, state),
      element("td", {}, waits), element("td", {}, run.holdsText(thread, c)), element("td", { class: "code" }, place));
    if (thread === view.thread) r.setAttribute("aria-current", "true");
    r.dataset.thread = String(thread);
    return r;
  };
  const show = () => {
    const all = view.threads, first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - margin);
    const last = Math.min(all.length, Math.ceil((box.scrollTop + Math.max(box.clientHeight, 200)) / rowHeight) + margin);
    above.style.height = `${first * rowHeight}px`;
    below.style.height = `${(all.length - last) * rowHeight}px`;
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.thread;
    body.replaceChildren(above, ...all.slice(first, last).map((t, i) => row(t, first + i)), below);
    if (focused) body.querySelector<HTMLElement>(`tr[data-thread="${focused}"]`)?.focus({ preventScroll: true });
    table.setAttribute("aria-rowcount", String(all.length + 1));
    count.textContent = all.length < run.trace.threads.length - 1 ? `${all.length} of ${run.trace.threads.length - 1}` : String(all.length);
  };
  view.listen(() => {
    if (followed !== view.thread) scrollTo(box, view.threads.indexOf((followed = view.thread)));
    show();
  });
  box.addEventListener("scroll", show);
  new ResizeObserver(() => requestAnimationFrame(show)).observe(box);
  const choose = (e: Event) => {
    const thread = Number((e.target as HTMLElement).closest("tr")?.dataset.thread);
    if (thread) view.choose(thread);
  };
  body.addEventListener("click", choose);
  body.addEventListener("keydown", (e) => { if (e.key === "Enter") choose(e); });
}

function heads(): HTMLElement {
  const names = ["thread", "function", "state", "waits for", "holds", "at"];
  return element("thead", {}, element("tr", { "aria-rowindex": "1" }, ...names.map((n) => element("th", { scope: "col" }, n))));
}

// scrollTo brings a row into view.
function scrollTo(box: HTMLElement, row: number) {
  const top = row * rowHeight;
  if (row >= 0 && (top < box.scrollTop || top + 2 * rowHeight > box.scrollTop + box.clientHeight)) box.scrollTop = Math.max(0, top - box.clientHeight / 2);
}
