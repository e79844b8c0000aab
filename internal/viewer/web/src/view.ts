// What the page shows at the moment: the step in hand, the part of the run that is in view, the threads that the filter lets through.
// Panels listen to it, and are told once a frame at most; those that ask about all threads, only once it rests.

import { Axis, AxisKind, axisOf } from "./axis";
import { Filter, parseFilter } from "./filter";
import { Run } from "./run";

const rest = 40; // milliseconds

export class View {
  step: number; // its number; run.last for the end
  axis: Axis;
  from = 0; // of the axis
  to: number;
  filter: Filter;
  threads: number[] = []; // those that pass the filter
  chosen = 0; // the thread whose lane was clicked, 0 for that of the step
  orders = true; // whether arrows are drawn for what came before what
  private listeners: (() => void)[] = [];
  private patient: (() => void)[] = [];
  private resting = 0;
  private pending = false;

  constructor(readonly run: Run) {
    this.step = Math.min(1, run.last);
    this.axis = axisOf("step", run);
    this.to = this.axis.length;
    this.filter = parseFilter("", run);
    this.sift();
  }

  get column(): number { return this.step - 1; }

  // thread is the one in hand: the chosen one, or who takes the step.
  get thread(): number { return this.chosen || this.actor; }
  get actor(): number { return this.column < this.run.count ? this.run.trace.steps.thread[this.column]! : 0; }

  listen(listener: () => void) { this.listeners.push(listener); }

  listenAtRest(listener: () => void) { this.patient.push(listener); }

  changed() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      for (const listener of this.listeners) listener();
      clearTimeout(this.resting);
      this.resting = window.setTimeout(() => this.patient.forEach((listener) => listener()), rest);
    });
  }

  goTo(step: number) {
    this.step = Math.min(Math.max(Math.round(step), 1), this.run.last);
    if (this.filter.moving) this.sift();
    this.reveal();
    this.changed();
  }

  // goToColumn goes to a step by its column; nowhere for -1.
  goToColumn(column: number) { if (column >= 0) this.goTo(column + 1); }

  // reveal moves what is in view so that the step is.
  private reveal() {
    const begin = this.axis.begin(this.column), end = Math.max(begin, this.axis.begin(this.column + 1)), width = this.to - this.from;
    const margin = Math.min(width * 0.1, 3 * (end - begin));
    if (begin - margin < this.from) this.show(Math.max(0, begin - width * 0.3), width);
    else if (end + margin > this.to) this.show(end + margin - width * 0.7, width);
  }

  // show sets what is in view: where it begins, and how much it is.
  show(from: number, width: number) {
    width = Math.min(Math.max(width, Math.min(this.axis.least, this.axis.length)), this.axis.length);
    this.from = Math.min(Math.max(from, 0), this.axis.length - width);
    this.to = this.from + width;
    this.changed();
  }

  // zoom makes what is in view longer or shorter around a point.
  zoom(factor: number, around: number) {
    const width = Math.min(Math.max((this.to - this.from) * factor, this.axis.least), this.axis.length);
    this.show(around - (around - this.from) * (width / (this.to - this.from)), width);
  }

  pan(part: number) { this.show(this.from + part * (this.to - this.from), this.to - this.from); }

  // middle is what zooming keeps in its place: the step, if it is in view.
  middle(): number {
    const at = this.axis.begin(this.column);
    return at >= this.from && at <= this.to ? at : (this.from + this.to) / 2;
  }

  setAxis(kind: AxisKind) {
    const from = this.axis.column(this.from), to = this.axis.column(this.to);
    this.axis = axisOf(kind, this.run);
    this.show(this.axis.begin(from), this.axis.begin(to + 1) - this.axis.begin(from));
  }

  setFilter(text: string) {
    this.filter = parseFilter(text, this.run);
    this.sift();
    this.changed();
  }

  choose(thread: number) {
    this.chosen = this.chosen === thread ? 0 : thread;
    this.changed();
  }

  private sift() {
    this.threads = [];
    for (let t = 1; t < this.run.trace.threads.length; t++) if (this.filter.passes(t, this.column)) this.threads.push(t);
  }
}
