// Makes a trace of its binary form, unpacked. clew has read the file before, so that what is broken here is clew's mistake.

import { Bytes } from "./bytes";
import { Access, Changes, State, Steps, Trace, byClock, byOutside, noPlace, waitNames } from "./trace";

const start = "clew trace b1\n";
const shortestStep = 8, shortestChange = 2; // in bytes

export function readTrace(data: Uint8Array): Trace {
  const reader = new Reader(data);
  reader.read();
  return reader.trace;
}

class Reader {
  readonly trace: Trace;
  private readonly in: Bytes;
  private readonly steps: Steps;
  private readonly changes: Changes;
  private readonly ops = new Map<string, number>([["", 0]]);
  private time = 0;

  constructor(data: Uint8Array) {
    this.in = new Bytes(data);
    this.steps = emptySteps(Math.ceil(data.length / shortestStep));
    this.changes = emptyChanges(Math.ceil(data.length / shortestChange));
    this.trace = {
      test: "", package: "", go: "", root: "", finding: null, ops: [""], places: [noPlace],
      things: [{ name: "", called: "", kind: "", first: 0 }],
      threads: [{ name: "", called: "", parent: 0, started: 0, asked: 0, entry: 0, stack: [] }],
      steps: this.steps, changes: this.changes, races: [], held: [], end: "",
    };
  }

  read() {
    for (const c of start) if (this.in.byte() !== c.charCodeAt(0)) throw new Error("this is no trace that the page can read");
    while (!this.in.done) this.record(String.fromCharCode(this.in.byte()));
    trim(this.steps);
    trim(this.changes);
  }

  // record reads one; the most frequent kinds come first.
  private record(code: string) {
    const b = this.in, t = this.trace;
    switch (code) {
      case "s": return this.step();
      case "b": return this.change(b.unsigned(), State.Blocked, waitNames.indexOf(b.string()), this.op(), b.unsigned(), 0);
      case "w": return this.wakes();
      case "x": return this.change(b.unsigned(), State.Terminated);
      case "y": return this.preempted(b.unsigned());
      case "n": return this.called();
      case "P": return this.place();
      case "O": return void t.things.push({ name: b.string(), called: "", kind: b.string(), first: b.unsigned() });
      case "M": return this.memory();
      case "T": return this.thread();
      case "t": return void (t.test = b.string());
      case "p": return void (t.package = b.string());
      case "g": return void (t.go = b.string());
      case "d": return void (t.root = b.string());
      case "F": return void (t.finding = { kind: b.string(), message: b.string(), story: [] });
      case "S": return void t.finding!.story.push({ step: b.signed(), text: b.string() });
      case "r": return void t.races.push({ object: b.unsigned(), first: this.access(), second: this.access() });
      case "e": return void (t.end = b.string());
      case "a": return this.alive();
      case "f": return this.far();
      case "h": return this.held();
    }
    throw new Error(`the trace has records of a kind that this page does not know: ${code}`);
  }

  private step() {
    const b = this.in, s = this.steps, i = s.count++;
    this.time += b.signed();
    s.time[i] = this.time;
    s.thread[i] = b.unsigned();
    s.op[i] = this.op();
    s.object[i] = b.unsigned();
    s.place[i] = b.unsigned();
    s.pick[i] = b.signed();
    if ((s.size[i] = b.unsigned())) s.value[i] = b.big();
  }

  private change(thread: number, to: State, wait = 0, op = 0, object = 0, by = 0) {
    const c = this.changes, i = c.count++;
    c.step[i] = this.steps.count;
    c.thread[i] = thread;
    c.to[i] = to;
    c.wait[i] = wait;
    c.op[i] = op;
    c.object[i] = object;
    c.by[i] = by;
  }

  private wakes() {
    const thread = this.in.unsigned(), how = this.in.string(), other = this.in.unsigned();
    this.change(thread, State.Runnable, 0, 0, 0, how === "clock" ? byClock : how === "outside" ? byOutside : other);
  }

  // preempted marks the last step of a thread, which is one of the last there are.
  private preempted(thread: number) {
    const s = this.steps;
    for (let i = s.count - 1; i >= 0; i--) if (s.thread[i] === thread) return void (s.preempted[i] = 1);
  }

  private called() {
    const thread = this.in.unsigned(), object = this.in.unsigned(), name = this.in.string();
    if (thread) this.trace.threads[thread]!.called = name;
    if (object) this.trace.things[object]!.called = name;
  }

  private op(): number {
    const name = this.in.string();
    let n = this.ops.get(name);
    if (n === undefined) {
      n = this.trace.ops.push(name) - 1;
      this.ops.set(name, n);
    }
    return n;
  }

  private place() {
    this.in.string(); // its name is for the text form
    this.trace.places.push({ line: this.in.signed(), file: this.in.string(), func: this.in.string() });
  }

  private thread() {
    const b = this.in;
    this.trace.threads.push({ name: b.string(), called: "", parent: b.unsigned(), started: b.unsigned(), asked: b.unsigned(), entry: b.unsigned(), stack: [] });
    const parent = this.trace.threads.at(-1)!.parent;
    this.change(this.trace.threads.length - 1, State.New, 0, 0, 0, parent);
  }

  private access(): Access {
    const b = this.in;
    const a = { thread: b.unsigned(), op: b.string(), step: b.signed(), stack: b.list(() => b.unsigned()), locks: b.list(() => lockOf(b.unsigned())) };
    b.string(); // the place as other machines name it
    return a;
  }

  private memory() {
    const b = this.in;
    b.unsigned(), b.big(), b.string(), b.big(), b.signed(), b.string(); // where it lies: addresses are not shown
  }

  private alive() {
    const b = this.in, thread = this.trace.threads[b.unsigned()]!;
    b.string(), b.string(), b.unsigned(); // how it waits has been told by a change
    thread.stack = b.list(() => b.unsigned());
  }

  private far() {
    const b = this.in;
    b.unsigned(), b.unsigned(), b.string(), b.string();
  }

  private held() {
    const b = this.in;
    const object = b.unsigned(), thread = b.unsigned(), read = b.string() === "r";
    b.list(() => b.unsigned());
    this.trace.held.push({ object, thread, read });
  }
}

// lockOf reads a lock of a list: twice its number, and one more if it is held for reading.
const lockOf = (n: number) => ({ object: Math.floor(n / 2), read: n % 2 === 1 });

function emptySteps(most: number): Steps {
  return {
    count: 0, time: new Float64Array(most), thread: new Int32Array(most), op: new Uint16Array(most), object: new Int32Array(most),
    place: new Int32Array(most), pick: new Int32Array(most), size: new Uint8Array(most), value: new BigUint64Array(most), preempted: new Uint8Array(most),
  };
}

function emptyChanges(most: number): Changes {
  return {
    count: 0, step: new Int32Array(most), thread: new Int32Array(most), to: new Uint8Array(most), wait: new Uint8Array(most),
    op: new Uint16Array(most), object: new Int32Array(most), by: new Int32Array(most),
  };
}

// trim gives back what columns have too much of.
function trim(columns: Steps | Changes) {
  for (const [name, column] of Object.entries(columns))
    if (ArrayBuffer.isView(column)) (columns as any)[name] = (column as Int32Array).slice(0, columns.count);
}
