import type { Spend } from "../budget.ts";
import { withAnnotationTexts } from "./annotation-texts.ts";
import type { Replacement, ReplacementTarget } from "./replacement-entry.ts";
import { compileSelection } from "./replacement-selection.ts";
import { sourceValue, type ReplacementValue } from "./replacement-source.ts";
import { setTarget } from "./replacement-target.ts";
import { currentId, formatId, withValue, type Resource } from "./resource.ts";

/** Puts the value of every replacement into the fields of its targets, one after the other. Throws Error saying what was looked for, and where. */
export function applyReplacements(resources: readonly Resource[], entries: readonly Replacement[], spend: Spend): Resource[] {
  return entries.reduce<Resource[]>((current, entry) => applyReplacement(current, entry, spend), [...resources]);
}

function applyReplacement(resources: readonly Resource[], entry: Replacement, spend: Spend): Resource[] {
  if (entry.source === undefined && entry.sourceValue === undefined) throw new Error("replacement has neither a source nor a sourceValue");
  if (entry.targets === undefined || entry.targets.length === 0) throw new Error("replacement has no targets");
  const value = sourceValue(resources, entry, spend);
  return entry.targets.reduce<Resource[]>((current, target) => setAll(current, target, value, spend), [...resources]);
}

function setAll(resources: readonly Resource[], target: ReplacementTarget, value: ReplacementValue, spend: Spend): Resource[] {
  if (target.select === undefined) throw new Error("replacement target has no select; an empty one (select: {}) means every object");
  const isSelected = compileSelection(target.select, target.reject ?? []);
  spend(resources.length);
  return resources.map((resource) => {
    if (!isSelected(resource)) return resource;
    try {
      return withValue(resource, withAnnotationTexts(setTarget(resource.value, target, value, spend)));
    } catch (error) {
      throw isPlain(error) ? new Error(`cannot put the replacement into ${formatId(currentId(resource))}: ${error.message}`, { cause: error }) : error;
    }
  });
}

const isPlain = (error: unknown): error is Error => error instanceof Error && error.name === "Error";
