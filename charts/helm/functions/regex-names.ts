/** What a name that was there before gets behind it, with the number of its place. */
const MARK = "_again_";
/** Quoted text, escapes and classes, in which nothing is a group, and the beginning of a named group. */
const GROUP = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w*:\]|[^\]\\])*\]?|(\(\?P?<)(\w+)>/gu;

/** A pattern in which each named group has a name of its own: Go takes one name for several, RE2JS does not. */
export function renameGroups(pattern: string): string {
  const known = new Set<string>();
  return pattern.replace(GROUP, (found: string, open: string | undefined, name: string | undefined, at: number) => {
    if (open === undefined || name === undefined) return found;
    const isKnown = known.has(name);
    known.add(name);
    return isKnown ? `${open}${name}${MARK}${at}>` : found;
  });
}

/** A text with renamed groups as it was. */
export const originalNames = (text: string): string => (text.includes(MARK) ? text.replaceAll(/_again_\d+>/gu, ">") : text);

/** The numbers of the groups of each name, in order. */
export function groupNumbers(named: Readonly<Record<string, number>>): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const [name, number] of Object.entries(named).sort(([, left], [, right]) => left - right)) {
    const [original = name] = name.split(MARK);
    numbers.set(original, [...(numbers.get(original) ?? []), number]);
  }
  return numbers;
}
