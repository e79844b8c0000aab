// Paints lanes. A state is told by shape as well as by colour: Running is a full bar, Runnable a thin one, New a dotted line, Blocked a
// pale trough with a floor in the colour of what the thread waits for; after the end there is nothing.
//
// Where more happens than there are pixels, a pixel shows the most telling thing in it: that the thread ran.

import { Run } from "./run";
import { State } from "./trace";
import { Theme } from "./theme";
import { Track } from "./track";
import { Wait } from "./lives";
import { View } from "./view";
import { objectHeight, threadHeight } from "./rows";

const pixel = 2; // width of what is told apart when zoomed out

export class Painter {
  theme!: Theme;
  left = 0; // of the part of the canvas that has the lanes
  right = 0;

  constructor(readonly pen: CanvasRenderingContext2D, private readonly run: Run, private readonly view: View) {}

  // x is where a column begins.
  x(column: number): number { return this.xOf(this.view.axis.begin(column)); }
  xOf(at: number): number { return this.left + ((at - this.view.from) / (this.view.to - this.view.from)) * (this.right - this.left); }

  // columnAt is the column at a place of the canvas.
  columnAt(x: number): number { return this.view.axis.column(this.atOf(x)); }
  atOf(x: number): number { return this.view.from + ((x - this.left) / (this.right - this.left)) * (this.view.to - this.view.from); }

  // life paints a thread's states.
  life(thread: number, top: number) {
    const telling = (value: number) => ((value & 7) === State.Running ? 2 : (value & 7) === State.Blocked ? 1 : 0);
    this.spans(this.run.lives.track, thread, telling, (x, width, value) => this.state(x, width, top, value));
    if (this.columnWidth() >= 34) this.operations(thread, top);
  }

  // columnWidth is about how wide a step is.
  columnWidth(): number {
    return (this.right - this.left) / Math.max(1, this.view.axis.column(this.view.to) - this.view.axis.column(this.view.from));
  }

  // spans visits the entries of a track that are in view. Of those that end within a pixel the most telling one stands for all.
  private spans(track: Track, key: number, telling: (value: number) => number, visit: (x: number, width: number, value: number) => void) {
    const lastColumn = this.view.axis.column(this.view.to), end = track.end(key);
    let entry = Math.max(track.find(key, this.view.axis.column(this.view.from)), track.begin(key));
    for (let x = this.left; entry < end && track.from[entry]! <= lastColumn && x < this.right; entry++) {
      x = Math.max(x, this.x(track.from[entry]!));
      let value = track.value[entry]!, stop = this.xAfter(track, entry, end);
      if (stop < x + pixel) {
        stop = x + pixel;
        for (; entry + 1 < end && this.xAfter(track, entry + 1, end) < stop; entry++)
          if (telling(track.value[entry + 1]!) > telling(value)) value = track.value[entry + 1]!;
      }
      visit(x, Math.min(stop, this.right) - x, value);
      x = stop;
    }
  }

  private xAfter(track: Track, entry: number, end: number): number {
    return this.x(entry + 1 < end ? track.from[entry + 1]! : this.run.last);
  }

  private state(x: number, width: number, top: number, value: number) {
    const pen = this.pen, middle = top + threadHeight / 2;
    switch (value & 7) {
      case State.Running: return this.bar(this.theme.running, x, middle - 8, width, 16);
      case State.Runnable: return this.fill(this.theme.runnable, x, middle - 2, width, 4);
      case State.New:
        pen.fillStyle = this.theme.fresh;
        for (let dot = x; dot < x + width; dot += 6) pen.fillRect(dot, middle - 1, Math.min(2, x + width - dot), 2);
        return;
      case State.Blocked: return this.blocked(value >> 3, x, width, top);
      case State.Terminated: return this.fill(this.theme.dim, x, middle - 5, 1.5, 10);
    }
  }

  private blocked(change: number, x: number, width: number, top: number) {
    const pen = this.pen, wait = this.run.lives.waitOf(change), middle = top + threadHeight / 2;
    pen.globalAlpha = 0.2;
    this.fill(this.theme.waits[wait]!, x, middle - 8, width, 16);
    pen.globalAlpha = 1;
    if (wait === Wait.Outside) for (let dash = x; dash < x + width; dash += 8) this.fill(this.theme.waits[wait]!, dash, middle + 5, Math.min(5, x + width - dash), 3);
    else this.fill(this.theme.waits[wait]!, x, middle + 5, width, 3);
    const { changes, ops, things } = this.run.trace;
    this.words(`${ops[changes.op[change]!]} ${things[changes.object[change]!]!.name}`, x, width, middle - 1, this.theme.text);
  }

  // operations writes what each step did into its column.
  private operations(thread: number, top: number) {
    const last = this.view.axis.column(this.view.to);
    for (let s = this.run.next(thread, this.view.axis.column(this.view.from)); s >= 0 && s <= last; s = this.run.next(thread, s + 1)) {
      const x = Math.max(this.x(s), this.left), width = this.x(s + 1) - x;
      this.words(this.run.describe(s), x, width, top + threadHeight / 2 + 0.5, this.theme.onBar);
      this.fill(this.theme.onBar, x + width - 0.5, top + 7, 0.5, threadHeight - 14);
    }
  }

  // object paints what happened at an object: who held a lock when, or steps; and how many threads waited.
  object(object: number, top: number) {
    const middle = top + objectHeight / 2;
    if (!this.run.holds.isLock(object)) this.steps(object, top);
    else if (!this.run.holds.doubtful.has(object))
      this.spans(this.run.holds.track, object, (value) => value, (x, width, value) => this.holders(value, x, width, top));
    this.spans(this.run.lives.waiters, object, (value) => value, (x, width, value) => {
      if (value > 0) this.fill(this.theme.waits[this.run.lives.waitAt(object)]!, x, middle + 8 - Math.min(4, 1 + value), width, Math.min(4, 1 + value));
    });
  }

  private holders(list: number, x: number, width: number, top: number) {
    const holds = this.run.holds.list(list);
    if (!holds.length) return;
    this.bar(this.theme.held, x, top + 3, width, objectHeight - 9);
    const names = holds.map((h) => this.run.name(h.thread) + (h.read ? " reads" : ""));
    this.words(names.join(", "), x, width, top + 10, this.theme.text);
  }

  // steps paints a tick a step: upwards for what gives, downwards for what takes, all through for what closes.
  private steps(object: number, top: number) {
    const { from, to } = this.view, first = this.view.axis.column(from), last = this.view.axis.column(to);
    const columns = this.run.stepsAtObject(object), middle = top + objectHeight / 2, wide = this.columnWidth();
    let drawn = -pixel;
    for (let i = lowerBound(columns, first); i < columns.length && columns[i]! <= last; i++) {
      const x = this.x(columns[i]!);
      if (x < drawn + pixel) continue;
      drawn = x;
      const op = this.run.op(columns[i]!);
      const up = /send|write|store|add|done|swap|signal|broadcast|close/.test(op), down = /receive|read|load|wait|wake|close|cas|do/.test(op);
      this.fill(this.theme.held, x, middle - (up ? 8 : 1), Math.max(pixel, Math.min(4, wide / 3)), (up ? 8 : 1) + (down ? 6 : 1));
      if (wide >= 34) this.words(op, x + 5, wide - 5, middle, this.theme.text);
    }
  }

  fill(colour: string, x: number, y: number, width: number, height: number) {
    this.pen.fillStyle = colour;
    this.pen.fillRect(x, y, width, height);
  }

  private bar(colour: string, x: number, y: number, width: number, height: number) {
    if (width < 6) return this.fill(colour, x, y, width, height);
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.roundRect(x + 0.5, y, width - 1, height, 3);
    this.pen.fill();
  }

  // words writes a text, or as much of it as there is room for; nothing where that would be a letter or two.
  words(text: string, x: number, width: number, middle: number, colour: string) {
    const room = width - 8, start = x + 4;
    if (room < 22) return;
    const letters = Math.floor(room / 5.9);
    this.pen.fillStyle = colour;
    this.pen.fillText(text.length <= letters ? text : text.slice(0, letters - 1) + "…", start, middle);
  }
}

function lowerBound(sorted: Int32Array, least: number): number {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
