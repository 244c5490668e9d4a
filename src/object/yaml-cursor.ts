/** The codes of the characters that YAML gives a meaning. */
export const CODE = {
  tab: 9, lineFeed: 10, space: 32, exclamation: 33, doubleQuote: 34, hash: 35, percent: 37, ampersand: 38, quote: 39, asterisk: 42, plus: 43, comma: 44,
  dash: 45, dot: 46, zero: 48, nine: 57, colon: 58, greater: 62, question: 63, at: 64, openBracket: 91, backslash: 92, closeBracket: 93, backtick: 96,
  openBrace: 123, bar: 124, closeBrace: 125,
} as const;

/** What keeps a text from being read, and where it stands: an offset into the text. */
export class YamlError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const BEYOND_ASCII = /[^\t\n -~]/;
/** Line breaks other than `\n`, and what may not stand in YAML at all. */
const UNUSUAL = /[[\p{Cc}\uFFFE\uFFFF]--[\t\n]]/v;
const OTHER_BREAKS = /\r\n?|\x85/g;

/** Where a reader is in a text. Go's readers know no characters between tokens but spaces, tabs, line breaks and comments. */
export class Cursor {
  /** Its line breaks are all `\n`. */
  readonly text: string;
  pos = 0;
  /** Where the present line begins. */
  lineStart = 0;
  /** True where a block may begin: at the start of a line, and behind `-` and `?`. There a tab is no space. */
  mayStart = true;

  /** Throws YamlError where the text holds a control character. */
  constructor(stream: string) {
    const text = stream.startsWith("\uFEFF") ? stream.slice(1) : stream;
    const isUsual = !BEYOND_ASCII.test(text) || !UNUSUAL.test(text);
    this.text = isUsual ? text : text.replace(OTHER_BREAKS, "\n");
    const at = isUsual ? -1 : this.text.search(UNUSUAL);
    if (at >= 0) throw new YamlError("control characters are not allowed; write them as escapes in double quotes", at);
  }

  get column(): number {
    return this.pos - this.lineStart;
  }

  /** The character at the position, NaN at the end. */
  get code(): number {
    return this.text.charCodeAt(this.pos);
  }

  /** Goes to the next token. */
  skip(inFlow = false): void {
    const { text } = this;
    let pos = this.pos;
    for (;;) {
      const tab = inFlow || !this.mayStart ? CODE.tab : CODE.space;
      let code = text.charCodeAt(pos);
      while (code === CODE.space || code === tab) code = text.charCodeAt(++pos);
      if (code === CODE.hash) {
        pos = commentsEnd(text, pos);
        this.lineStart = text.lastIndexOf("\n", pos - 1) + 1;
        code = text.charCodeAt(pos);
      }
      if (code !== CODE.lineFeed) break;
      this.lineStart = ++pos;
      if (!inFlow) this.mayStart = true;
    }
    this.pos = pos;
  }

  /** True at the end of a document: at `---`, `...` or a directive at the start of a line, and at the end of the text. */
  get isAtEnd(): boolean {
    if (this.pos >= this.text.length) return true;
    return this.pos === this.lineStart && (this.code === CODE.percent || isMarker(this.text, this.pos));
  }
}

/** True where `---` or `...` stands alone; the caller knows that a line begins there. */
export function isMarker(text: string, pos: number): boolean {
  const code = text.charCodeAt(pos);
  if (code !== CODE.dash && code !== CODE.dot) return false;
  return text.charCodeAt(pos + 1) === code && text.charCodeAt(pos + 2) === code && isBlank(text.charCodeAt(pos + 3));
}

/** White space, a line break, or the end of the text. */
export function isBlank(code: number): boolean {
  return code === CODE.space || code === CODE.lineFeed || code === CODE.tab || Number.isNaN(code);
}

/** The end of the last of several comments; but for the first, tabs may indent them. */
function commentsEnd(text: string, pos: number): number {
  for (let next = pos; ; ) {
    const end = lineEnd(text, next);
    next = end;
    while (isBlank(text.charCodeAt(next)) && next < text.length) next += 1;
    if (text.charCodeAt(next) !== CODE.hash) return end;
  }
}

/** The end of the line that holds a position. */
export function lineEnd(text: string, pos: number): number {
  const end = text.indexOf("\n", pos);
  return end < 0 ? text.length : end;
}
