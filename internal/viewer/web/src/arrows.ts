// Paints what connects lanes: the clew, a line that goes from each thread that has the turn to the next one; arrows from who started
// or woke a thread to it; and from a step to those that are ordered after it.

import { Painter } from "./paint";
import { Rows } from "./rows";
import { Run } from "./run";
import { View } from "./view";

const mostTurns = 400, mostLinks = 250, mostOrders = 60; // in view: more would hide what they are to show

export class Arrows {
  constructor(private readonly painter: Painter, private readonly rows: Rows, private readonly run: Run, private readonly view: View) {}

  paint() {
    const first = this.view.axis.column(this.view.from), last = Math.min(this.view.axis.column(this.view.to), this.run.count - 1);
    if (last - first <= mostTurns) for (const preempted of [0, 1]) this.turns(first, last, preempted);
    this.links(first, last + 1);
    if (this.view.orders && last - first <= mostOrders) for (let s = first; s <= last; s++) this.order(s);
    else this.order(this.view.column);
  }

  // turns paints the clew: strong where the thread before could have gone on.
  private turns(first: number, last: number, preempted: number) {
    const { pen, theme } = this.painter, { thread, preempted: could } = this.run.trace.steps;
    pen.strokeStyle = theme.accent;
    pen.lineWidth = preempted ? 2.5 : 1;
    pen.beginPath();
    for (let s = Math.max(first, 1); s <= last; s++) {
      const from = this.rows.middle(thread[s - 1]!), to = this.rows.middle(thread[s]!), x = this.painter.x(s);
      if (could[s - 1] !== preempted || from < 0 || to < 0 || from === to) continue;
      pen.moveTo(x, from);
      pen.lineTo(x, to);
    }
    pen.stroke();
  }

  private links(first: number, last: number) {
    const { links } = this.run.orders, from = this.run.orders.firstLink(first), to = this.run.orders.firstLink(last + 1);
    const all = to - from <= mostLinks;
    for (let i = all ? from : this.run.orders.firstLink(this.view.column); i < to; i++) {
      if (!all && links.column[i]! > this.view.column + 1) return;
      const x = this.painter.x(links.column[i]!), back = Math.min(14, this.painter.columnWidth() / 2);
      const colour = links.starts[i] ? this.painter.theme.fresh : this.painter.theme.text;
      this.arrow(x - back, this.rows.middle(links.by[i]!), x + 1, this.rows.middle(links.thread[i]!), colour, []);
    }
  }

  private order(step: number) {
    const before = step >= 0 && step < this.run.count ? this.run.orders.before[step]! : -1;
    if (before < 0) return;
    const { thread } = this.run.trace.steps;
    this.arrow(this.painter.x(before + 1) - 3, this.rows.middle(thread[before]!), this.painter.x(step) + 2, this.rows.middle(thread[step]!), this.painter.theme.held, [4, 3]);
  }

  private arrow(x1: number, y1: number, x2: number, y2: number, colour: string, dash: number[]) {
    if (y1 < 0 || y2 < 0 || y1 === y2) return;
    const { pen } = this.painter, down = y2 > y1 ? 1 : -1, tip = y2 - down * 8;
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 1.2;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(x1, y1 + down * 8);
    pen.bezierCurveTo(x1, (y1 + tip) / 2, x2, (y1 + tip) / 2, x2, tip - down * 5);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.moveTo(x2, tip);
    pen.lineTo(x2 - 3.5, tip - down * 6);
    pen.lineTo(x2 + 3.5, tip - down * 6);
    pen.fill();
  }
}
