// A track tells, for each of many keys (threads, say), what holds from which step on until the next entry: a table of entries, sorted by
// key and step, in which a binary search finds what holds at a step.

export class Track {
  constructor(
    private readonly starts: Int32Array, // of each key's entries, and where the last one's end
    readonly from: Int32Array,
    readonly value: Int32Array,
  ) {}

  begin(key: number): number { return this.starts[key]!; }
  end(key: number): number { return this.starts[key + 1]!; }

  // find returns the last entry of a key that begins at a step or before, -1 for none.
  find(key: number, step: number): number {
    const begin = this.begin(key);
    let low = begin, high = this.end(key);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.from[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low > begin ? low - 1 : -1;
  }

  // at returns what holds for a key at a step.
  at(key: number, step: number, none: number): number {
    const entry = this.find(key, step);
    return entry < 0 ? none : this.value[entry]!;
  }
}

// A TrackBuilder takes entries in the order of their steps. Of several for one key at one step the last one counts.
export class TrackBuilder {
  private count = 0;
  private key: Int32Array;
  private from: Int32Array;
  private value: Int32Array;
  private readonly last: Int32Array; // of each key, its latest entry, -1 for none
  private readonly counts: Int32Array;

  constructor(private readonly keys: number) {
    [this.key, this.from, this.value] = [new Int32Array(1024), new Int32Array(1024), new Int32Array(1024)];
    this.last = new Int32Array(keys).fill(-1);
    this.counts = new Int32Array(keys);
  }

  // latest is the value that was added last for a key.
  latest(key: number, none: number): number {
    const entry = this.last[key]!;
    return entry < 0 ? none : this.value[entry]!;
  }

  add(key: number, from: number, value: number) {
    const before = this.last[key]!;
    if (before >= 0 && this.from[before] === from) {
      this.value[before] = value;
      return;
    }
    if (this.count === this.key.length) this.grow();
    this.last[key] = this.count;
    this.counts[key]!++;
    this.key[this.count] = key;
    this.from[this.count] = from;
    this.value[this.count++] = value;
  }

  private grow() {
    const more = (old: Int32Array) => {
      const grown = new Int32Array(2 * old.length);
      grown.set(old);
      return grown;
    };
    [this.key, this.from, this.value] = [more(this.key), more(this.from), more(this.value)];
  }

  build(): Track {
    const starts = new Int32Array(this.keys + 1);
    for (let k = 0; k < this.keys; k++) starts[k + 1] = starts[k]! + this.counts[k]!;
    const next = starts.slice(), from = new Int32Array(this.count), value = new Int32Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const to = next[this.key[i]!]!++;
      from[to] = this.from[i]!;
      value[to] = this.value[i]!;
    }
    return new Track(starts, from, value);
  }
}
