import { GoMap, type GoValue } from "./go/value.ts";
import { isSame } from "./kept-values.ts";

/** What a template looked at of a map. */
export class Look {
  /** Keys that were asked for, be it in vain, with what was looked at of the maps there. Of any other value all of it counts. */
  readonly keys = new Map<string, Look | undefined>();
  /** How many entries it has. */
  isCounted = false;
  /** It was gone through: everything counts, and the order of keys. */
  isWhole = false;

  /** How many things it notes. */
  get count(): number {
    let count = 1 + this.keys.size;
    for (const below of this.keys.values()) if (below !== undefined && below !== WHOLE) count += below.count;
    return count;
  }
}

/** Everything was looked at. Never changed. */
export const WHOLE = new Look();
WHOLE.isWhole = true;

/** Whether what was looked at is the same in two values; undefined stands for none. */
export function looksSame(look: Look | undefined, left: GoValue | undefined, right: GoValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (!(left instanceof GoMap) || !(right instanceof GoMap) || look?.isWhole === true) return isSame(left, right);
  if (left.type !== right.type || left.isNil !== right.isNil) return false;
  if (look === undefined) return true;
  if (look.isCounted && left.entries.size !== right.entries.size) return false;
  for (const [key, below] of look.keys) if (!looksSame(below, left.entries.get(key), right.entries.get(key))) return false;
  return true;
}
