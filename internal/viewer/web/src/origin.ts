// Where the trace and the sources come from: the server that served the page, or the page itself, if it is the written one.

export interface Origin {
  trace(): Promise<ReadableStream<Uint8Array>>; // packed
  has(file: string): boolean; // whether a source can be had
  source(file: string): Promise<string>;
}

export async function findOrigin(): Promise<Origin> {
  const packed = document.getElementById("trace");
  return packed ? written(packed) : served();
}

async function served(): Promise<Origin> {
  const names = new Set<string>(await (await ask("sources")).json());
  return {
    trace: async () => (await ask("trace")).body!,
    has: (file) => names.has(file),
    source: async (file) => (await ask("source?file=" + encodeURIComponent(file))).text(),
  };
}

async function ask(what: string): Promise<Response> {
  const answer = await fetch(what);
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

function written(packed: HTMLElement): Origin {
  const sources = new Map<string, string>(Object.entries(JSON.parse(document.getElementById("sources")!.textContent!)));
  return {
    trace: async () => {
      const text = atob(packed.textContent!);
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      return new Blob([bytes]).stream();
    },
    has: (file) => sources.has(file),
    source: async (file) => sources.get(file)!,
  };
}

// unpack returns what a packed trace holds.
export async function unpack(packed: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const plain = packed.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
