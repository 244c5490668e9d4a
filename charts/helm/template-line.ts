/**
 * Tells on which line of a template its documents begin, by their first lines that the template has as they are (`kind:` and
 * `apiVersion:` mostly are), each behind the one before. Call it with the documents in order. 1 where nothing is found.
 */
export function lineFinder(template: string): (document: string) => number {
  let from = 0;
  let line = 1;
  let misses = 0;
  const moveTo = (at: number): number => {
    for (let next = template.indexOf("\n", from); next >= 0 && next < at; next = template.indexOf("\n", next + 1)) {
      line += 1;
      from = next + 1;
    }
    return line;
  };
  return (document) => {
    for (const text of misses < MAX_MISSES ? firstLines(document) : []) {
      const at = placeOf(template, text, from);
      if (at < 0) {
        misses += 1;
        continue;
      }
      const found = moveTo(at);
      const end = template.indexOf("\n", at);
      moveTo(end < 0 ? template.length : end + 1);
      return found;
    }
    return line;
  };
}

/** Lines of a document that are looked for. */
const LOOKED_AT = 4;
/** A template that writes its documents in a loop has none of their lines as they are: there is no use in going through it for each. */
const MAX_MISSES = 100;

function firstLines(document: string): string[] {
  return document.split("\n", LOOKED_AT).map((line) => line.trimEnd()).filter((line) => /^[A-Za-z]\w*:/.test(line));
}

/** Where a line begins with this text and has nothing else, from an offset on; -1 where there is none. */
function placeOf(template: string, text: string, from: number): number {
  for (let at = template.indexOf(text, from); at >= 0; at = template.indexOf(text, at + 1)) {
    const before = at === 0 ? 10 : template.charCodeAt(at - 1);
    const after = at + text.length === template.length ? 10 : template.charCodeAt(at + text.length);
    if (before === 10 && (after === 10 || after === 13 || after === 32)) return at;
  }
  return -1;
}
