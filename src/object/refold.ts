const BLANK = /^[ \t]/;
/** What keeps go-yaml v3 from writing a block: white space before a break or at the end, and what only an escape can say. Rare breaks are left alone, too. */
const NO_BLOCK = /[[\p{Cc}\uFEFF\uFFFE\uFFFF\u2028\u2029\u{10000}-\u{10FFFF}]--[\n\t]]| \n| $/v;

/**
 * What becomes of a text when go-yaml v3 writes it below a `>` and reads it again. Its writer doubles the first of the
 * line breaks behind a line as it should, but to see whether it must it looks at the beginning of the whole text, not of
 * the next line: texts with indented lines gain or lose line breaks.
 */
export function refold(text: string): string {
  if (!text.includes("\n") || NO_BLOCK.test(text)) return text;
  const [lead = ""] = /^\n*/.exec(text) ?? [];
  const lines = text.slice(lead.length).split(/(\n+)/); // lines with the breaks between them
  const doubles = !BLANK.test(lines[0] ?? "");
  let folded = lead;
  for (let index = 0; index < lines.length; index += 2) {
    const [line = "", breaks = "", next = ""] = lines.slice(index, index + 3);
    const written = doubles && !BLANK.test(line) && breaks !== "" ? `${breaks}\n` : breaks;
    folded += line + (next === "" ? atEnd(breaks, written) : BLANK.test(line) || BLANK.test(next) ? written : unfolded(written));
  }
  return folded;
}

/** Breaks at the end are kept as they are written only where there are several. */
const atEnd = (breaks: string, written: string): string => (breaks.length > 1 ? written : breaks);

/** Breaks between lines that begin at the margin: a single one is a space. */
const unfolded = (breaks: string): string => (breaks === "\n" ? " " : breaks.slice(1));
