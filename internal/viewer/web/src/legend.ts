// What the shapes of the lanes mean.

import { byId, element } from "./dom";
import { waitLabels } from "./lives";

export function legend() {
  const entry = (kind: string, text: string) => element("li", {}, element("span", { class: `mark ${kind}` }), text);
  const waits = ["lock", "channel", "others", "clock", "outside"];
  byId("legend").append(entry("running", "running"), entry("runnable", "runnable"), entry("new", "new"),
    ...waits.map((kind, i) => entry(`blocked ${kind}`, `waits for ${waitLabels[i]}`)), entry("held", "lock held"));
}
