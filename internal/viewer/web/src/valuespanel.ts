// What memory and atomic variables held after the step in hand, as far as steps have told.

import { byId, element } from "./dom";
import { at } from "./trace";
import { View } from "./view";

export function valuesPanel(view: View) {
  const panel = byId("values"), { run } = view;
  view.listen(() => {
    const values = run.values(view.column), { steps, things, places } = run.trace;
    panel.hidden = values.length === 0;
    if (panel.hidden) return;
    const rows = values.map(({ object, step }) =>
      element("tr", step === view.column ? { class: "now" } : {}, element("th", { scope: "row" }, run.object(object)),
        element("td", { class: "code", title: `0x${steps.value[step]!.toString(16)}` }, signed(steps.value[step]!, steps.size[step]!)),
        element("td", {}, `${run.name(steps.thread[step]!)} ${run.op(step)}, step ${step + 1}`),
        element("td", { class: "code" }, at(places[things[object]!.first]))));
    const head = element("tr", {}, ...["memory", "value", "as of", "first used"].map((n) => element("th", { scope: "col" }, n)));
    panel.replaceChildren(element("h2", {}, "Known values"), element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
  });
}

// signed writes bits as a number: most variables are ints. Long ones that are not small either way are addresses, or bits.
function signed(bits: bigint, size: number): string {
  const n = BigInt.asIntN(8 * size, bits);
  return n > 1n << 40n || n < -(1n << 40n) ? `0x${bits.toString(16)}` : n.toString();
}
