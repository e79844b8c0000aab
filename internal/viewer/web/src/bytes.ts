// Reads the numbers and strings that the binary form of a trace consists of (internal/trace/doc.go has its description).

export class Bytes {
  at = 0;
  private readonly strings: string[] = [""];
  private readonly decoder = new TextDecoder();

  constructor(readonly data: Uint8Array) {}

  get done(): boolean { return this.at >= this.data.length; }

  byte(): number {
    if (this.at >= this.data.length) throw new Error("the trace is cut");
    return this.data[this.at++]!;
  }

  // unsigned reads a varint, which must be below 2^53 to be exact.
  unsigned(): number {
    let b = this.byte();
    if (b < 0x80) return b;
    let n = b & 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      b = this.byte();
      n += (b & 0x7f) * scale;
      if (b < 0x80) return n;
    }
  }

  // signed reads a varint in zigzag order.
  signed(): number {
    const n = this.unsigned();
    return n % 2 ? -(n + 1) / 2 : n / 2;
  }

  // big reads a varint of 64 bits.
  big(): bigint {
    let n = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const b = this.byte();
      n |= BigInt(b & 0x7f) << shift;
      if (b < 0x80) return n;
    }
  }

  string(): string {
    const n = this.unsigned();
    if (n > 0) return this.strings[n]!;
    const length = this.unsigned();
    const s = this.decoder.decode(this.data.subarray(this.at, this.at + length));
    this.at += length;
    this.strings.push(s);
    return s;
  }

  list<T>(one: () => T): T[] {
    const all: T[] = [];
    for (let n = this.unsigned(); n > 0; n--) all.push(one());
    return all;
  }
}
