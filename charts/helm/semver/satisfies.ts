import { matches, misfits } from "./check.ts";
import { parseConstraint, type Group } from "./constraint.ts";
import { parseVersion, type Version } from "./version.ts";

/** Parsed texts that are kept: charts ask the same few again and again. */
const KEPT = 256;
const constraints = new Map<string, readonly Group[]>();
const versions = new Map<string, Version>();

/** Whether a version meets a constraint (`>=1.2 <2 || ^3`). Throws Error with Masterminds' text for either that cannot be read. */
export function satisfies(constraint: string, version: string): boolean {
  const groups = kept(constraints, constraint, parseConstraint);
  return matches(groups, kept(versions, version, parseVersion));
}

/** Why a version does not meet a constraint, in Masterminds' words; empty where it does. Throws as `satisfies` does. */
export function reasonsAgainst(constraint: string, version: string): readonly string[] {
  return misfits(kept(constraints, constraint, parseConstraint), kept(versions, version, parseVersion));
}

function kept<Value>(known: Map<string, Value>, text: string, parse: (text: string) => Value): Value {
  const found = known.get(text);
  if (found !== undefined) return found;
  const value = parse(text);
  if (known.size >= KEPT) known.clear();
  known.set(text, value);
  return value;
}
