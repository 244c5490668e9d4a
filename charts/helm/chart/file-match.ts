/*
 * Go's filepath.Match (https://pkg.go.dev/path/filepath#Match): `*` and `?` stop at a slash, `[a-z]` and `[^a-z]`, `\` takes
 * the next character as it is. The pattern matches the whole name.
 */

/** One step of a pattern: any number of characters, any character, one that is given, or one of a class. */
type Step = { readonly kind: "star" } | { readonly kind: "any" } | { readonly kind: "text"; readonly character: string } | { readonly kind: "class"; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** A pattern that was read. */
export type FilePattern = readonly Step[];

/** Reads a pattern, or undefined where it is malformed. */
export function readFilePattern(pattern: string): FilePattern | undefined {
  const characters = Array.from(pattern);
  const steps: Step[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? "";
    if (character === "*") {
      if (steps.at(-1)?.kind !== "star") steps.push({ kind: "star" });
    } else if (character === "?") steps.push({ kind: "any" });
    else if (character === "[") {
      const found = readClass(characters, at + 1);
      if (found === undefined) return undefined;
      steps.push(found.step);
      at = found.end;
    } else if (character === "\\") {
      at += 1;
      const next = characters[at];
      if (next === undefined) return undefined;
      steps.push({ kind: "text", character: next });
    } else steps.push({ kind: "text", character });
  }
  return steps;
}

/** True where the whole name matches. Takes time in proportion to both lengths multiplied, at most. */
export function matchesFile(pattern: FilePattern, name: string): boolean {
  const [first, last] = [pattern[0], pattern.at(-1)];
  if (first?.kind === "text" && !name.startsWith(first.character)) return false; // most patterns of most files end here
  if (last?.kind === "text" && !name.endsWith(last.character)) return false;
  const characters = Array.from(name);
  let at = 0;
  let step = 0;
  let star = -1;
  let retry = 0;
  while (at < characters.length || step < pattern.length) {
    const wanted = pattern[step];
    if (wanted?.kind === "star") {
      star = step;
      retry = at;
      step += 1;
    } else if (wanted !== undefined && at < characters.length && matchesOne(wanted, characters[at] ?? "")) {
      at += 1;
      step += 1;
    } else {
      if (star < 0 || retry >= characters.length || characters[retry] === "/") return false;
      retry += 1;
      at = retry;
      step = star + 1;
    }
  }
  return true;
}

function matchesOne(step: Step, character: string): boolean {
  switch (step.kind) {
    case "any":
      return character !== "/";
    case "text":
      return step.character === character;
    case "class":
      return step.ranges.some(([low, high]) => codeOf(low) <= codeOf(character) && codeOf(character) <= codeOf(high)) !== step.isNegated;
    case "star":
      return false;
  }
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

function readClass(characters: readonly string[], from: number): { readonly step: Step; readonly end: number } | undefined {
  const isNegated = characters[from] === "^";
  const ranges: (readonly [string, string])[] = [];
  let at = isNegated ? from + 1 : from;
  while (characters[at] !== "]" || ranges.length === 0) {
    const low = readMember(characters, at);
    if (low === undefined) return undefined;
    at = low.end;
    const high = characters[at] === "-" ? readMember(characters, at + 1) : low;
    if (high === undefined) return undefined;
    at = high.end;
    ranges.push([low.character, high.character]);
  }
  return { step: { kind: "class", isNegated, ranges }, end: at };
}

/** A character of a class; `-` and `]` only behind a backslash. */
function readMember(characters: readonly string[], at: number): { readonly character: string; readonly end: number } | undefined {
  const isEscaped = characters[at] === "\\";
  const character = characters[isEscaped ? at + 1 : at];
  if (character === undefined || (!isEscaped && (character === "-" || character === "]"))) return undefined;
  const end = at + (isEscaped ? 2 : 1);
  return end < characters.length ? { character, end } : undefined;
}
