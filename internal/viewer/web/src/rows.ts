// The rows of the timeline: a lane for each thread that the filter lets through, then one for each object that threads met at.

import { Run } from "./run";
import { View } from "./view";

export const threadHeight = 26, objectHeight = 22, headingHeight = 26;

export class Rows {
  private readonly objects: number[] = [];
  private readonly rowOf: Int32Array; // of threads, -1 for none
  private known: number[] = [];

  constructor(run: Run, private readonly view: View) {
    for (let o = 1; o < run.trace.things.length; o++)
      if (run.stepsAtObject(o).length || run.lives.waiters.begin(o) < run.lives.waiters.end(o)) this.objects.push(o);
    this.rowOf = new Int32Array(run.trace.threads.length);
  }

  get height(): number { return this.objectsTop + this.objects.length * objectHeight + 8; }

  private get objectsTop(): number { return this.view.threads.length * threadHeight + (this.objects.length ? headingHeight : 0); }

  // headingTop is where the objects' heading is, -1 if there are none.
  get headingTop(): number { return this.objects.length ? this.objectsTop - headingHeight : -1; }

  // middle returns where a thread's lane has its middle, -1 if it has none.
  middle(thread: number): number {
    if (this.known !== this.view.threads) {
      this.known = this.view.threads;
      this.rowOf.fill(-1);
      this.known.forEach((t, row) => (this.rowOf[t] = row));
    }
    const row = this.rowOf[thread]!;
    return row < 0 ? -1 : (row + 0.5) * threadHeight;
  }

  // each visits the lanes between two heights.
  each(from: number, to: number, thread: (thread: number, top: number) => void, object: (object: number, top: number) => void) {
    const threads = this.view.threads, top = this.objectsTop;
    for (let r = Math.max(0, Math.floor(from / threadHeight)); r < threads.length && r * threadHeight < to; r++) thread(threads[r]!, r * threadHeight);
    for (let r = Math.max(0, Math.floor((from - top) / objectHeight)); r < this.objects.length && top + r * objectHeight < to; r++)
      object(this.objects[r]!, top + r * objectHeight);
  }

  // at returns what has its lane at a height.
  at(height: number): { thread: number; object: number } {
    const thread = this.view.threads[Math.floor(height / threadHeight)] ?? 0;
    const object = height >= this.objectsTop ? this.objects[Math.floor((height - this.objectsTop) / objectHeight)] ?? 0 : 0;
    return { thread: height >= 0 ? thread : 0, object };
  }
}
