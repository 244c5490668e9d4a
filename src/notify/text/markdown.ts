/** Characters that CommonMark or a common extension of it gives a meaning, anywhere in a line. */
const SPECIAL = /[\\`*_{}[\]()<>#+!|~^$&]/g;
/** An address would become a link, and a name behind an @ would be called, where extensions are on. */
const LINKING = /(?<=\w)(?=:\/\/)|(?<=\bwww)(?=\.)|(?<=@)(?=\w)/gi;
const JOINER = "\u2060";
/** A list or a heading underlined, only at the beginning of a line. */
const OPENING = /^(\s*)([-=]|\d+(?=[.)]))/;

/** Clean text as Markdown (CommonMark 0.31) that shows just that: no format, link, mention or HTML of its own. One line. */
export function markdown(text: string): string {
  const opening = OPENING.exec(text);
  const escaped = text.replace(SPECIAL, String.raw`\$&`).replace(LINKING, JOINER);
  if (opening === null) return escaped;
  const [, space = "", mark = ""] = opening;
  const rest = escaped.slice(space.length + mark.length);
  return /\d/.test(mark) ? `${space}${mark}\\${rest}` : `${space}\\${mark}${rest}`;
}
