// The strip above the timeline: the whole run, a dot where a thread took a step, and a frame around what is in view.

import { Painter } from "./paint";
import { Run } from "./run";
import { View } from "./view";

export const overviewHeight = 44;

export class Overview {
  private image: HTMLCanvasElement | null = null;
  private drawnFor = "";

  constructor(private readonly painter: Painter, private readonly run: Run, private readonly view: View) {}

  paint() {
    const { pen, theme, left, right } = this.painter, width = Math.round(right - left);
    const key = `${width} ${theme.running} ${this.view.axis.kind}`;
    if (key !== this.drawnFor) {
      this.image = this.draw(width, overviewHeight - 8);
      this.drawnFor = key;
    }
    this.painter.fill(theme.lane, left, 0, width, overviewHeight);
    if (this.image) pen.drawImage(this.image, left, 4);
    const scale = width / this.view.axis.length;
    if (this.view.to - this.view.from < this.view.axis.length) this.frame(left + this.view.from * scale, (this.view.to - this.view.from) * scale);
    this.mark(theme.accent, left + this.view.axis.begin(this.view.column) * scale);
    if (this.run.finding) this.mark(theme.finding, left + this.view.axis.begin(this.run.finding - 1) * scale);
  }

  private frame(x: number, width: number) {
    const { pen, theme, left, right } = this.painter;
    pen.globalAlpha = 0.6;
    this.painter.fill(theme.ground, left, 0, x - left, overviewHeight);
    this.painter.fill(theme.ground, x + width, 0, Math.max(0, right - x - width), overviewHeight);
    pen.globalAlpha = 1;
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 1.5;
    pen.strokeRect(x, 1, Math.max(3, width), overviewHeight - 2);
  }

  private mark(colour: string, x: number) { this.painter.fill(colour, x - 0.75, 0, 1.5, overviewHeight); }

  // draw goes through all steps once.
  private draw(width: number, height: number): HTMLCanvasElement | null {
    if (width < 1) return null;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext("2d")!, threads = this.run.trace.threads.length - 1;
    const dot = Math.max(1, Math.min(5, Math.floor(height / threads))), { thread } = this.run.trace.steps;
    const seen = new Uint8Array(width * height), scale = width / this.view.axis.length;
    pen.fillStyle = this.painter.theme.running;
    for (let s = 0; s < this.run.count; s++) {
      const x = Math.floor(this.view.axis.begin(s) * scale), y = Math.floor(((thread[s]! - 1) / threads) * (height - dot + 1));
      if (seen[y * width + x]) continue;
      seen[y * width + x] = 1;
      pen.fillRect(x, y, Math.max(1, (this.view.axis.begin(s + 1) - this.view.axis.begin(s)) * scale), dot);
    }
    return canvas;
  }

  // goTo shows the part of the run around a place of the strip.
  goTo(x: number) {
    const at = ((x - this.painter.left) / (this.painter.right - this.painter.left)) * this.view.axis.length, width = this.view.to - this.view.from;
    this.view.show(at - width / 2, width);
  }
}
