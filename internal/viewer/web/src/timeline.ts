// The timeline: a canvas that stays where it is while the box that it lies in scrolls. Each frame paints what is in view.

import { Arrows } from "./arrows";
import { niceStep } from "./axis";
import { byId } from "./dom";
import { Overview, overviewHeight } from "./overview";
import { Painter } from "./paint";
import { Rows, headingHeight, objectHeight, threadHeight } from "./rows";
import { Run } from "./run";
import { readTheme } from "./theme";
import { stateNames } from "./trace";
import { View } from "./view";

const rulerHeight = 24, headHeight = overviewHeight + rulerHeight;
const font = '11px ui-sans-serif, system-ui, "Segoe UI", sans-serif';

export class Timeline {
  private readonly box = byId("timeline");
  private readonly canvas = byId<HTMLCanvasElement>("canvas");
  private readonly room = byId("room"); // as high as all lanes
  private readonly rows: Rows;
  private readonly painter: Painter;
  private readonly arrows: Arrows;
  private readonly overview: Overview;
  private width = 0;
  private height = 0;
  private revealed = 0; // the step whose thread was scrolled into view

  constructor(private readonly run: Run, private readonly view: View) {
    this.rows = new Rows(run, view);
    this.painter = new Painter(this.canvas.getContext("2d", { alpha: false })!, run, view);
    this.arrows = new Arrows(this.painter, this.rows, run, view);
    this.overview = new Overview(this.painter, run, view);
    this.fit();
    this.retheme();
    new ResizeObserver(() => requestAnimationFrame(() => this.resize())).observe(this.box); // painting may change the size
    this.box.addEventListener("scroll", () => view.changed());
    view.listen(() => this.paint());
    this.mouse();
  }

  retheme() {
    this.painter.theme = readTheme();
    this.view.changed();
  }

  private resize() {
    const ratio = devicePixelRatio || 1;
    [this.width, this.height] = [this.box.clientWidth, this.box.clientHeight];
    [this.canvas.width, this.canvas.height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    this.painter.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.painter.left = Math.min(200, Math.round(this.width * 0.3));
    this.painter.right = this.width - 10;
    this.paint();
  }

  private paint() {
    if (!this.width) return;
    this.fit();
    this.follow();
    const { pen, theme } = this.painter;
    pen.font = font;
    pen.textBaseline = "middle";
    this.painter.fill(theme.ground, 0, 0, this.width, this.height);
    this.lanes();
    this.head();
  }

  // fit tells the page how high all lanes are.
  private fit() {
    const full = this.rows.height + headHeight;
    this.box.style.setProperty("--full", `${Math.max(240, full)}px`);
    this.room.style.height = `${Math.max(0, full - this.height)}px`;
  }

  // follow scrolls so that the thread of a new step is in view.
  private follow() {
    if (this.revealed === this.view.step) return;
    this.revealed = this.view.step;
    const middle = this.rows.middle(this.view.thread), room = this.height - headHeight, top = this.box.scrollTop;
    if (middle >= 0 && (middle < top + threadHeight || middle > top + room - threadHeight)) this.box.scrollTop = middle - room / 2;
  }

  private lanes() {
    const { pen } = this.painter, top = this.box.scrollTop;
    pen.save();
    pen.beginPath();
    pen.rect(0, headHeight, this.width, this.height);
    pen.clip();
    pen.translate(0, headHeight - top);
    const to = top + this.height - headHeight;
    this.rows.each(top, to, (t, y) => this.background(t, y, threadHeight), (_, y) => this.background(0, y, objectHeight));
    this.cursor(top, to);
    pen.save();
    pen.beginPath();
    pen.rect(this.painter.left, top, this.width - this.painter.left, to - top);
    pen.clip();
    this.rows.each(top, to, (t, y) => this.painter.life(t, y), (o, y) => this.painter.object(o, y));
    this.arrows.paint();
    this.accesses();
    pen.restore();
    this.rows.each(top, to, (t, y) => this.threadLabel(t, y), (o, y) => this.objectLabel(o, y));
    this.heading();
    pen.restore();
  }

  private background(thread: number, y: number, height: number) {
    const { theme } = this.painter;
    if (thread && thread === this.view.thread) this.painter.fill(theme.lane, 0, y, this.width, height);
    this.painter.fill(theme.line, 0, y + height - 1, this.width, 1);
  }

  // cursor paints the column of the step, and where the finding is.
  private cursor(top: number, to: number) {
    const { pen, theme } = this.painter, x = this.painter.x(this.view.column), width = Math.max(2, this.painter.x(this.view.column + 1) - x);
    if (x + width >= this.painter.left && x <= this.width) {
      pen.globalAlpha = 0.16;
      this.painter.fill(theme.accent, Math.max(x, this.painter.left), top, width, to - top);
      pen.globalAlpha = 1;
    }
    const finding = this.findingX();
    if (finding >= this.painter.left) for (let y = top - (top % 8); y < to; y += 8) this.painter.fill(theme.finding, finding - 0.75, y, 1.5, 5);
  }

  private findingX(): number { return this.run.finding ? this.painter.x(this.run.finding - 1) : -1; }

  // accesses rings the two accesses of each race.
  private accesses() {
    const { pen, theme } = this.painter;
    pen.strokeStyle = theme.finding;
    pen.lineWidth = 2;
    for (const race of this.run.trace.races.slice(0, 20))
      for (const a of [race.first, race.second]) {
        const y = this.rows.middle(a.thread), x = this.painter.x(Math.max(a.step - 1, 0)), width = Math.max(8, this.painter.x(Math.max(a.step, 1)) - x);
        if (y < 0 || x + width < this.painter.left || x > this.width) continue;
        pen.beginPath();
        pen.roundRect(x - 1, y - 10, width + 2, 20, 5);
        pen.stroke();
      }
  }

  private threadLabel(thread: number, y: number) {
    const { pen, theme, left } = this.painter, middle = y + threadHeight / 2;
    if (thread === this.view.thread) this.painter.fill(theme.accent, 0, y, 3, threadHeight - 1);
    pen.font = "600 " + font;
    const name = this.run.name(thread), width = pen.measureText(name).width;
    pen.fillStyle = theme.text;
    pen.fillText(name, 10, middle, left - 16);
    pen.font = font;
    this.painter.words(this.run.role(thread), 12 + width, left - width - 16, middle, theme.dim);
  }

  private objectLabel(object: number, y: number) {
    const { pen, theme } = this.painter, middle = y + objectHeight / 2;
    pen.fillStyle = theme.text;
    pen.fillText(this.run.object(object), 10, middle, this.painter.left - 16);
    if (this.run.holds.doubtful.has(object))
      this.painter.words("the trace does not tell who held it", this.painter.left, 300, middle, theme.dim);
  }

  private heading() {
    const top = this.rows.headingTop;
    if (top < 0) return;
    const { pen, theme } = this.painter;
    this.painter.fill(theme.lane, 0, top, this.width, headingHeight - 1);
    pen.fillStyle = theme.dim;
    pen.font = "600 10px ui-sans-serif, system-ui, sans-serif";
    pen.fillText("OBJECTS", 10, top + headingHeight / 2);
    pen.font = font;
  }

  // head paints the overview and the ruler.
  private head() {
    const { pen, theme, left, right } = this.painter, { axis, from, to } = this.view;
    this.painter.fill(theme.ground, 0, 0, this.width, headHeight);
    this.overview.paint();
    pen.fillStyle = theme.dim;
    pen.fillText(axis.kind === "step" ? "step" : "virtual time", 10, overviewHeight + rulerHeight / 2);
    const step = niceStep(((to - from) / (right - left)) * 70), shift = axis.kind === "step" ? 1 : 0;
    for (let at = Math.ceil((from + shift) / step) * step - shift; at <= to && at < axis.length; at += step) this.tick(at);
    this.painter.fill(theme.line, 0, headHeight - 1, this.width, 1);
    this.flag(theme.finding, this.findingX() - 18, "⚑");
    this.flag(theme.accent, this.painter.x(this.view.column), this.view.step > this.run.count ? "end" : String(this.view.step));
  }

  private tick(at: number) {
    const { pen, theme } = this.painter, x = this.painter.xOf(at);
    if (x < this.painter.left) return;
    this.painter.fill(theme.line, x, overviewHeight, 1, rulerHeight);
    pen.fillStyle = theme.dim;
    pen.fillText(this.view.axis.tick(at), x + 4, overviewHeight + rulerHeight / 2);
  }

  private flag(colour: string, x: number, text: string) {
    if (x < this.painter.left - 1 || x > this.width) return;
    const { pen, theme } = this.painter, width = pen.measureText(text).width + 10;
    x = Math.min(x, this.width - width);
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(x, overviewHeight + 3, width, rulerHeight - 6, 4);
    pen.fill();
    pen.fillStyle = theme.ground;
    pen.fillText(text, x + 5, overviewHeight + rulerHeight / 2 + 0.5);
  }

  // mouse: a click goes to a step, or chooses a thread by its name; dragging pans; the wheel scrolls, or zooms where there is nothing to scroll
  // or with Ctrl, and pans with Shift.
  private mouse() {
    const tip = byId("tip");
    let grip: { x: number; from: number; moved: boolean; above: boolean } | null = null;
    this.canvas.addEventListener("pointerdown", (e) => {
      if (e.button !== 0) return;
      const above = e.offsetY < overviewHeight;
      grip = { x: e.offsetX, from: this.view.from, moved: false, above };
      this.canvas.setPointerCapture(e.pointerId);
      if (above) this.overview.goTo(e.offsetX);
    });
    this.canvas.addEventListener("pointermove", (e) => {
      if (!grip) return this.hint(e, tip);
      tip.hidden = true;
      if (grip.above) return this.overview.goTo(e.offsetX);
      grip.moved ||= Math.abs(e.offsetX - grip.x) > 4;
      if (grip.moved) this.view.show(grip.from - ((e.offsetX - grip.x) / (this.painter.right - this.painter.left)) * (this.view.to - this.view.from), this.view.to - this.view.from);
    });
    this.canvas.addEventListener("pointerup", (e) => {
      if (grip && !grip.moved && !grip.above) this.click(e);
      grip = null;
    });
    this.canvas.addEventListener("pointerleave", () => (tip.hidden = true));
    this.box.addEventListener("wheel", (e) => this.wheel(e), { passive: false });
  }

  private click(e: MouseEvent) {
    const { thread } = this.rows.at(e.offsetY - headHeight + this.box.scrollTop);
    if (e.offsetX >= this.painter.left) this.view.goTo(this.painter.columnAt(e.offsetX) + 1);
    else if (thread && e.offsetY > headHeight) this.view.choose(thread);
  }

  private wheel(e: WheelEvent) {
    const scrolls = this.room.offsetHeight > 0, sideways = e.shiftKey ? e.deltaY + e.deltaX : e.deltaX;
    if (e.ctrlKey || e.metaKey || (!scrolls && !e.shiftKey && e.deltaY)) this.view.zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.005), this.painter.atOf(e.offsetX));
    else if (sideways) this.view.pan(sideways / 600);
    else return;
    e.preventDefault();
  }

  // hint tells what is under the pointer.
  private hint(e: PointerEvent, tip: HTMLElement) {
    const text = e.offsetY < headHeight || e.offsetX < this.painter.left ? "" : this.under(this.painter.columnAt(e.offsetX), e.offsetY - headHeight + this.box.scrollTop);
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    tip.style.left = `${Math.min(e.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(e.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
  }

  private under(column: number, y: number): string {
    const { thread, object } = this.rows.at(y), { run } = this;
    if (object) {
      const names = run.holds.byObject(object, column).map((h) => run.name(h.thread) + (h.read ? " (reading)" : ""));
      return `${run.object(object)}${names.length ? `, held by ${names.join(", ")}` : ""}, ${run.lives.waiters.at(object, column, 0)} waiting`;
    }
    if (!thread || !run.lives.exists(thread, column)) return "";
    const own = column < run.count && run.trace.steps.thread[column] === thread ? `step ${column + 1}: ${run.describe(column)}` : "";
    const state = stateNames[run.lives.state(thread, column)]!, waits = run.waitsFor(thread, column);
    return `${run.name(thread)} ${run.role(thread)}\n${own || state + (waits ? `: ${waits}` : "")}`;
  }
}
