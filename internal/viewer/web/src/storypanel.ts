// What the run revealed, and its story: each sentence leads to its step.

import { button, byId, element } from "./dom";
import { View } from "./view";

export function storyPanel(view: View) {
  const panel = byId("story"), finding = view.run.trace.finding;
  if (!finding?.story.length) return;
  panel.hidden = false;
  const sentences = finding.story.map((s) => {
    const step = Math.min(s.step, view.run.last);
    const item = element("li", {}, step > 0 ? button(s.text, () => view.goTo(step), { class: "sentence" }) : s.text);
    item.dataset.step = String(step);
    return item;
  });
  panel.append(element("h2", {}, "The story"), element("ol", {}, ...sentences));
  view.listen(() => {
    for (const s of sentences) s.classList.toggle("now", Number(s.dataset.step) === view.step);
  });
}

// findingLine is the sentence at the top of the page.
export function findingLine(view: View) {
  const line = byId("finding"), { trace } = view.run;
  byId("test").textContent = trace.test || "A run";
  byId("about").textContent = [trace.package, trace.go].filter(Boolean).join(" · ");
  if (!trace.finding) {
    line.append(element("span", { class: "quiet" }, "The run revealed nothing."));
    return;
  }
  const { kind, message } = trace.finding;
  const text = message.startsWith(`${kind}: `) ? message.slice(kind.length + 2) : message;
  line.append(element("span", { class: "kind" }, kind), button(text, () => view.goTo(view.run.finding), { class: "link", title: "go to the finding (f)" }));
}
