// The source of the thread in hand, with the line it is at; and, at the lines of this file where other threads are, their names.

import { byId, element } from "./dom";
import { highlight } from "./golang";
import { Origin } from "./origin";
import { Place, State, at, baseName } from "./trace";
import { View } from "./view";
import { waitEdgesOf } from "./waits";

const mostNames = 4; // of threads beside a line

// A Library reads each source once.
export class Library {
  private readonly texts = new Map<string, Promise<string>>();

  constructor(readonly origin: Origin) {}

  has(file: string): boolean { return this.origin.has(file); }

  text(file: string): Promise<string> {
    let text = this.texts.get(file);
    if (!text) this.texts.set(file, (text = this.origin.source(file)));
    return text;
  }
}

export class SourcePanel {
  private readonly title = element("h2", {});
  private readonly box = element("div", { class: "scroll code", tabindex: "0", role: "group", "aria-label": "Lines of source" });
  private lines: HTMLElement[] = [];
  private file = "";

  constructor(private readonly view: View, private readonly library: Library) {
    byId("source").append(this.title, this.box);
    view.listenAtRest(() => void this.show());
  }

  private async show() {
    const { view } = this, thread = view.thread || this.someThread(), place = thread ? view.run.place(thread, view.column) : null;
    if (!place || !place.file) return this.say("", thread ? `${view.run.name(thread)} is not in any source that the trace tells of.` : "");
    if (!this.library.has(place.file)) return this.say(at(place), "This source is not at hand: clew shows those of the trace's module and of Go itself, where they lie on this machine.");
    if (place.file !== this.file) {
      this.file = place.file;
      const text = await this.library.text(place.file);
      if (this.file !== place.file) return; // there was another step meanwhile
      this.fill(place.file, text);
    }
    this.mark(place, thread);
  }

  // someThread is whom the end is about: the first thread that is stuck.
  private someThread(): number {
    const { run } = this.view;
    const stuck = (t: number) => run.isBlocked(t, this.view.column);
    return this.view.threads.find((t) => stuck(t) && waitEdgesOf(run, t, this.view.column).length > 0) ?? this.view.threads.find(stuck) ?? 0;
  }

  private say(title: string, text: string) {
    this.file = "";
    this.title.replaceChildren(title ? `Source: ${title}` : "Source");
    this.box.replaceChildren(element("p", { class: "quiet" }, text));
  }

  private fill(file: string, text: string) {
    this.title.replaceChildren(baseName(file), element("small", { title: file }, this.folder(file)));
    this.lines = highlight(text).map((pieces, i) =>
      element("div", { class: "line" }, element("span", { class: "number" }, String(i + 1)),
        element("span", {}, ...pieces.map((p) => (p.kind === "plain" ? p.text : element("span", { class: p.kind }, p.text)))),
        element("span", { class: "here" })));
    this.box.replaceChildren(...this.lines);
  }

  // folder is where a file lies, below the module's root if it does.
  private folder(file: string): string {
    const folder = file.slice(0, -baseName(file).length - 1), root = this.view.run.trace.root;
    return root && folder.startsWith(root + "/") ? folder.slice(root.length + 1) : folder;
  }

  private mark(place: Place, thread: number) {
    for (const line of this.box.querySelectorAll(".line.other, .line.current")) {
      line.classList.remove("other", "current");
      line.lastElementChild!.replaceChildren();
    }
    for (const [n, names] of this.others(place.file, thread)) this.chips(n, names);
    const line = this.lines[place.line - 1];
    if (!line) return;
    line.classList.add("current");
    line.lastElementChild!.prepend(element("span", { class: "chip now" }, this.view.run.name(thread)));
    this.box.scrollTop = line.offsetTop - this.box.clientHeight / 2;
  }

  private chips(line: number, names: string[]) {
    const shown = this.lines[line - 1];
    if (!shown) return;
    shown.classList.add("other");
    const more = names.length > mostNames ? [`and ${names.length - mostNames} more`] : [];
    shown.lastElementChild!.append(...[...names.slice(0, mostNames), ...more].map((n) => element("span", { class: "chip" }, n)));
  }

  // others are the lines of the file where other threads are, with their names. With very many threads only the first ones are asked.
  private others(file: string, thread: number): Map<number, string[]> {
    const { run, column, threads } = this.view, lines = new Map<number, string[]>();
    for (const t of threads.slice(0, 2000)) {
      if (t === thread || !run.lives.exists(t, column) || run.lives.state(t, column) === State.Terminated) continue;
      const place = run.place(t, column);
      if (place.file === file) lines.set(place.line, [...(lines.get(place.line) ?? []), run.name(t)]);
    }
    return lines;
  }
}
