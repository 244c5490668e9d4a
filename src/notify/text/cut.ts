const ELLIPSIS = "…";

let graphemes: Intl.Segmenter | undefined;

/**
 * At most `max` UTF-16 units (never fewer than what a destination counts as characters), cut between two characters as a person
 * sees them (Unicode's extended grapheme clusters, UAX 29), with an ellipsis for what is missing.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return "";
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  const at = graphemes.segment(text).containing(max - ELLIPSIS.length)?.index ?? 0;
  return `${text.slice(0, at).trimEnd()}${ELLIPSIS}`;
}

/** `escape(text)` in at most `max` UTF-16 units: cut before it is escaped, so that no escape is cut in two. `escape` never shortens. */
export function fitEscaped(text: string, max: number, escape: (text: string) => string): string {
  let room = max;
  for (;;) {
    const escaped = escape(cutText(text, room));
    if (escaped.length <= max || room <= 0) return escaped;
    room = Math.min(room - 1, Math.floor((room * max) / escaped.length));
  }
}

/** Lines joined by line breaks in at most `max` units, each escaped; the last one says how many are missing. */
export function fitLines(lines: readonly string[], max: number, escape: (line: string) => string): string {
  const kept: string[] = [];
  let used = 0;
  for (const [index, line] of lines.entries()) {
    const escaped = fitEscaped(line, max, escape);
    const note = `${ELLIPSIS} and ${lines.length - index} more`;
    const left = max - used - (index === lines.length - 1 ? 0 : note.length + 1);
    if (escaped.length > left && kept.length > 0) return [...kept, note].join("\n");
    const fitting = escaped.length > left ? fitEscaped(line, left, escape) : escaped;
    kept.push(fitting);
    used += fitting.length + 1;
  }
  return kept.join("\n");
}
