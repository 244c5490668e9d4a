/** Reads the text of a `--set` flag character by character. */
export class SetReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The text before the first of the given characters, which is passed over, too; `stop` is undefined where the text ended before one came. */
  until(stops: string, hasEscapes: boolean): { readonly text: string; readonly stop: string | undefined } {
    let read = "";
    let from = this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at] ?? "";
      if (stops.includes(character)) {
        read += this.text.slice(from, this.at);
        this.at += 1;
        return { text: read, stop: character };
      }
      if (character !== "\\" || !hasEscapes) continue;
      read += this.text.slice(from, this.at);
      from = this.at + 1;
      this.at += 1;
    }
    read += this.text.slice(from);
    this.at = this.text.length;
    return { text: read, stop: undefined };
  }

  /** The next character, which stays; undefined at the end. */
  peek(): string | undefined {
    return this.text[this.at];
  }

  /** Passes over white space and at most one comma behind it; true where nothing but that was left of a value. */
  skipToValue(): boolean {
    while (this.at < this.text.length && isSpace(this.text[this.at] ?? "")) this.at += 1;
    if (this.at >= this.text.length) return true;
    if (this.text[this.at] !== ",") return false;
    this.at += 1;
    return true;
  }
}

const SPACE = /\p{White_Space}/u;
const isSpace = (character: string): boolean => SPACE.test(character);
