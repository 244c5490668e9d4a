import { byteLength } from "../go/bytes.ts";

/** The text of a template file and the name that errors give it. */
export class Source {
  readonly name: string;
  readonly text: string;
  /** Offsets at which lines begin; made when a line is first asked for. */
  private starts: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Line of an offset, from 1. */
  lineAt(offset: number): number {
    this.starts ??= lineStarts(this.text);
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Column of an offset as Go counts it: bytes since the line began, from 0. */
  columnAt(offset: number): number {
    const start = offset === 0 ? 0 : this.text.lastIndexOf("\n", offset - 1) + 1;
    return byteLength(this.text.slice(start, offset));
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
