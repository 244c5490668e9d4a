import { isEmpty } from "../go/types.ts";
import { type CallScope, type FunctionTable, GoList, GoMap, GoObject, type GoValue } from "../go/value.ts";
import { checkDepth } from "./deep-copy.ts";
import { define, variadic } from "./define.ts";
import { asAnyMap } from "./dicts.ts";

/** The one error of mergo that `merge` swallows: it then gives an empty text. */
class DifferentTypes extends Error {
  constructor() {
    super("src and dst must be of same type");
  }
}

const TEXT_MAP = "map[string]string";

const merge = variadic(["map[string]any"], "map[string]any", (into, sources, scope) => orEmptyText(() => mergeAll(into, sources, false, scope)));
const mergeOverwrite = variadic(["map[string]any"], "map[string]any", (into, sources, scope) => orEmptyText(() => mergeAll(into, sources, true, scope)));
const mustMerge = variadic(["map[string]any"], "map[string]any", (into, sources, scope) => mergeAll(into, sources, false, scope));
const mustMergeOverwrite = variadic(["map[string]any"], "map[string]any", (into, sources, scope) => mergeAll(into, sources, true, scope));

/**
 * Sprig's merges, with the rules of dario.cat/mergo v1.0.1. The first map is changed in place and given back. Without
 * overwriting a source fills what is missing or empty (0, false, "", [], {}, nil); with it everything of the source counts,
 * also empty values and nil. Maps merge into maps, lists and all else are replaced whole. A map that was missing is not
 * copied: it is then part of both.
 */
export const MERGE_FUNCTIONS: FunctionTable = define({ merge, mergeOverwrite, mustMerge, mustMergeOverwrite });

function mergeAll(given: GoMap, sources: readonly GoMap[], overwrite: boolean, scope: CallScope): GoMap {
  const makesOne = given.isNil && sources.some((source) => source.entries.size > 0); // mergo makes a map where there is none and something to put there
  const into = makesOne ? new GoMap() : asAnyMap(given);
  for (const source of sources) mergeInto(into, source, overwrite, scope, 0);
  return into;
}

function orEmptyText(run: () => GoMap): GoValue {
  try {
    return run();
  } catch (error) {
    if (error instanceof DifferentTypes) return "";
    throw error;
  }
}

function mergeInto(into: GoMap, source: GoMap, overwrite: boolean, scope: CallScope, depth: number): void {
  checkDepth(depth);
  scope.spend(source.entries.size / 2 + 1);
  const refused = into.type === TEXT_MAP && source.type !== TEXT_MAP; // Go does not put items of any type there, not even texts
  for (const [key, value] of source.entries) {
    const current = into.entries.get(key);
    if (value === null ? !overwrite : keepsCurrent(current, value, overwrite, scope, depth)) continue;
    if (refused) throw new Error(`reflect.Value.SetMapIndex: value of type ${value instanceof GoList ? value.type : "interface {}"} is not assignable to type string`);
    scope.changes?.(into);
    into.entries.set(key, value);
  }
}

/** Whether the present value stays; a map that stays has taken the other in. */
function keepsCurrent(current: GoValue | undefined, value: GoValue, overwrite: boolean, scope: CallScope, depth: number): boolean {
  if (current === undefined || current === null) return false;
  if (value instanceof GoMap && current instanceof GoMap) {
    mergeInto(current, value, overwrite, scope, depth + 1);
    return current.entries.size > 0;
  }
  if (!overwrite && isPointer(current) && (value instanceof GoMap || (value instanceof GoObject && !isPointer(value)))) throw new DifferentTypes();
  return !overwrite && !isEmpty(current);
}

const isPointer = (value: GoValue): boolean => value instanceof GoObject && value.kind === "ptr";
