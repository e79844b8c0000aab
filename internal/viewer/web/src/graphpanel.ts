// The graph of who waits for whom at the step in hand: a picture of the circle, if there is one, and a list of all of it.

import { byId, element, svg } from "./dom";
import { Edge, circle, waitEdges } from "./waits";
import { View } from "./view";

const width = 360, mostInCircle = 12, mostInList = 30;

export function graphPanel(view: View) {
  const panel = byId("graph");
  let shown = 0;
  view.listenAtRest(() => {
    if (shown === view.step) return;
    shown = view.step;
    const edges = waitEdges(view.run, view.column);
    panel.hidden = edges.length === 0;
    if (!edges.length) return;
    const round = circle(edges);
    const title = !round.length ? "Who waits for whom" : round.length === 1 ? "It waits for itself" : "They wait for each other";
    panel.replaceChildren(element("h2", {}, title));
    if (round.length && round.length <= mostInCircle) panel.append(picture(round, view));
    panel.append(list(edges, round, view));
  });
}

function list(edges: Edge[], round: Edge[], view: View): HTMLElement {
  const sorted = [...round, ...edges.filter((e) => !round.includes(e))], { run } = view;
  const items = sorted.slice(0, mostInList).map((e) =>
    element("li", round.includes(e) ? { class: "now" } : {}, `${run.name(e.from)} waits for ${run.object(e.object)}, ${e.how} ${e.from === e.to ? "itself" : run.name(e.to)}`));
  if (sorted.length > mostInList) items.push(element("li", {}, `and ${sorted.length - mostInList} more`));
  return element("ul", {}, ...items);
}

// picture draws the circle: threads on it, and at each arrow what the one waits for and the other holds.
function picture(round: Edge[], view: View): SVGElement {
  const height = round.length < 3 ? 150 : 270, center = { x: width / 2, y: height / 2 };
  const rx = width / 2 - 62, ry = round.length < 3 ? 0 : height / 2 - 26;
  const spot = (i: number, shrink = 1) => {
    const angle = (2 * Math.PI * i) / round.length - (round.length < 3 ? Math.PI : Math.PI / 2);
    return { x: center.x + rx * shrink * Math.cos(angle), y: center.y + (ry || 1) * shrink * Math.sin(angle) };
  };
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "The circle of threads; the list below says the same" },
    svg("defs", {}, svg("marker", { id: "tip-of-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, svg("path", { d: "M0 0 L8 4 L0 8 z" }))));
  const half = Math.max(...round.map((e) => 10 + 3.6 * shorten(view.run.name(e.from)).length)); // of a node's width
  round.forEach((e, i) => drawn.append(...arrow(spot(i), spot(i + 1), half, round.length, i, view.run.object(e.object))));
  round.forEach((e, i) => drawn.append(node(spot(i), half, shorten(view.run.name(e.from)))));
  return drawn;
}

function arrow(a: { x: number; y: number }, b: { x: number; y: number }, half: number, count: number, i: number, label: string): SVGElement[] {
  const bend = count < 3 ? (i === 0 ? -62 : 62) : 0;
  const mx = (a.x + b.x) / 2, my = (a.y + b.y) / 2 + bend;
  const [from, to] = [towards(a, { x: mx, y: my }, half), towards(b, { x: mx, y: my }, half)];
  const d = count === 1 ? `M${a.x - 20} ${a.y - 14} C ${a.x - 60} ${a.y - 80} ${a.x + 60} ${a.y - 80} ${a.x + 20} ${a.y - 14}` : `M${from.x} ${from.y} Q ${mx} ${my} ${to.x} ${to.y}`;
  const at = count === 1 ? { x: a.x, y: a.y - 66 } : { x: (from.x + 2 * mx + to.x) / 4, y: (from.y + 2 * my + to.y) / 4 };
  return [
    svg("path", { class: "edge", d, "marker-end": "url(#tip-of-arrow)" }),
    svg("text", { class: "object", x: at.x, y: at.y, dy: "0.35em", "text-anchor": "middle" }, label),
  ];
}

// towards is where a line from a node's middle leaves its box.
function towards(from: { x: number; y: number }, to: { x: number; y: number }, half: number) {
  const dx = to.x - from.x, dy = to.y - from.y;
  const scale = Math.min((half + 4) / Math.max(Math.abs(dx), 1e-6), 17 / Math.max(Math.abs(dy), 1e-6), 1);
  return { x: from.x + dx * scale, y: from.y + dy * scale };
}

function node(at: { x: number; y: number }, half: number, name: string): SVGElement {
  return svg("g", {}, svg("rect", { class: "node", x: at.x - half, y: at.y - 14, width: 2 * half, height: 28, rx: 8 }),
    svg("text", { x: at.x, y: at.y, dy: "0.35em", "text-anchor": "middle" }, name));
}

const shorten = (name: string) => (name.length > 13 ? name.slice(0, 12) + "…" : name);
