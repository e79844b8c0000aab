// The address tells what the page shows, so that it can be sent to others: #step=17&thread=main/1&filter=state:blocked&axis=time

import { View } from "./view";

const patience = 300; // milliseconds: browsers refuse an address that changes too often

export function keepLink(view: View) {
  follow(view);
  addEventListener("hashchange", () => follow(view));
  let timer = 0;
  view.listen(() => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const hash = hashOf(view);
      if (hash !== location.hash) history.replaceState(null, "", hash);
    }, patience);
  });
}

function hashOf(view: View): string {
  const parts = [`step=${view.step > view.run.count ? "end" : view.step}`];
  if (view.chosen) parts.push(`thread=${encodeURIComponent(view.run.thread(view.chosen).name)}`);
  if (view.filter.text) parts.push(`filter=${encodeURIComponent(view.filter.text)}`);
  if (view.axis.kind !== "step") parts.push(`axis=${view.axis.kind}`);
  return "#" + parts.join("&");
}

// follow goes where the address points; without one, to the finding.
function follow(view: View) {
  const asked = new URLSearchParams(location.hash.slice(1)), step = asked.get("step");
  view.setFilter(asked.get("filter") ?? "");
  const axis = asked.get("axis") === "time" ? "time" : "step";
  if (axis !== view.axis.kind) view.setAxis(axis);
  const thread = view.run.trace.threads.findIndex((t) => t.name !== "" && t.name === asked.get("thread"));
  if (thread > 0 && view.chosen !== thread) view.choose(thread);
  view.goTo(step === "end" ? view.run.last : Number(step) || view.run.finding || 1);
}
