import { isBlank } from "./yaml-cursor.ts";
import { joinProps, type Props } from "./yaml-props.ts";

/** Where a value begins that may turn out to be the first key of a map. */
export interface Start {
  readonly at: number;
  readonly column: number;
  readonly lineStart: number;
  readonly mayBeKey: boolean;
  /** Anchor and tag on the same line: the key's, where it is one. */
  readonly props: Props | undefined;
  /** Anchor and tag on lines before. */
  readonly outer: Props | undefined;
}

/** A value behind the `:` of a key, on its line: nothing but a value. */
export const NO_KEY: Start = { at: 0, column: 0, lineStart: 0, mayBeKey: false, props: undefined, outer: undefined };

/** Anchor and tag of a value that is no key. */
export const allProps = ({ props, outer, at }: Start): Props | undefined => (props === undefined ? outer : joinProps(outer, props, at));

/** Why a text without quotes cannot begin with a character, or undefined where it can. */
export function problemAt(character: string, next: number): string | undefined {
  if (character === "" || character === "\n") return "a key or value is missing here";
  if (character === "\t") return "a tab cannot indent; use spaces";
  if (isBlank(next) && "-?:".includes(character)) return `"${character}" cannot stand here; quote it if text is meant`;
  return ",[]{}#&*!|>%@`".includes(character) ? `a text cannot begin with "${character}"; quote it` : undefined;
}
