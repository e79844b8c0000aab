// What the shapes of the lanes mean.

import { byId, element } from "./dom";
import { waitClasses, waitLabels } from "./lives";

export function legend() {
  const entry = (kind: string, text: string) => element("li", {}, element("span", { class: `mark ${kind}` }), text);
  byId("legend").append(entry("running", "running"), entry("runnable", "runnable"), entry("new", "new"),
    ...waitClasses.map((kind, i) => entry(`blocked ${kind}`, `waits for ${waitLabels[i]}`)), entry("held", "lock held"));
}
