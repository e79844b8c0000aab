// Splits Go source into what deserves a colour of its own. Comments and raw strings may go over many lines.

export interface Piece { kind: "plain" | "keyword" | "string" | "comment" | "literal"; text: string }

const keywords = new Set(("break case chan const continue default defer else fallthrough for func go goto if import interface map " +
  "package range return select struct switch type var nil true false").split(" "));

const token = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`[^`]*(?:`|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\b\d[\w.]*|[A-Za-z_]\w*|\s+|[^\w\s]/g;

// highlight returns the pieces of each line.
export function highlight(source: string): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const [text] of source.matchAll(token)) {
    const kind = kindOf(text);
    text.split("\n").forEach((part, i) => {
      if (i > 0) lines.push([]);
      if (part) append(lines.at(-1)!, { kind, text: part });
    });
  }
  return lines;
}

function kindOf(text: string): Piece["kind"] {
  if (text.startsWith("//") || text.startsWith("/*")) return "comment";
  if (/^["'`]/.test(text)) return "string";
  if (/^\d/.test(text)) return "literal";
  return keywords.has(text) ? "keyword" : "plain";
}

function append(line: Piece[], piece: Piece) {
  const last = line.at(-1);
  if (last?.kind === piece.kind) last.text += piece.text;
  else line.push(piece);
}
