import type { Json } from "../../src/object/json.ts";
import type { Spend } from "../budget.ts";
import { withAnnotationTexts } from "./annotation-texts.ts";
import { flag, integer, listOf, recordOf, text, type Decoded, type Flaw } from "./decode.ts";
import { sourceValue, type ReplacementValue } from "./replacement-source.ts";
import { setTarget } from "./replacement-target.ts";
import { compileSelection } from "./replacement-selection.ts";
import { currentId, formatId, withValue, type Resource } from "./resource.ts";

const kinds = { group: text, version: text, kind: text, name: text, namespace: text };
const options = recordOf({ delimiter: text, index: integer, encoding: text, create: flag });
const selection = recordOf({ ...kinds, annotationSelector: text, labelSelector: text });

const replacement = {
  source: recordOf({ ...kinds, fieldPath: text, options }),
  sourceValue: text,
  targets: listOf(recordOf({ select: selection, reject: listOf(selection), fieldPaths: listOf(text), options })),
};

/** An entry of `replacements`: written in place, or the path of a file with one or several. */
export const replacementEntry = recordOf({ ...replacement, path: text });

const inFile = recordOf(replacement);

/** An entry of `replacements` without a path. */
export type Replacement = Decoded<typeof inFile>;
/** Where a replacement takes its value from. */
export type ReplacementSource = NonNullable<Replacement["source"]>;
/** Where a replacement puts its value. */
export type ReplacementTarget = NonNullable<Replacement["targets"]>[number];
/** Objects that a target selects or rejects. */
export type Selection = NonNullable<ReplacementTarget["select"]>;
/** How a field is taken apart or made. */
export type FieldOptions = Decoded<typeof options>;

/** What stands where a replacement takes its value from, unless it says so. */
export const DEFAULT_FIELD_PATH = "metadata.name";

/** The replacements of a file: a list of them, or one. Unlike in a kustomization, members that nobody knows count for nothing. */
export function decodeReplacements(value: Json, flaws: Flaw[]): readonly Replacement[] {
  const found: Flaw[] = [];
  const replacements = Array.isArray(value) ? listOf(inFile)(value, [], found) : [inFile(value, [], found) ?? {}];
  flaws.push(...found.filter(({ message }) => !message.startsWith("unknown field")));
  return replacements ?? [];
}

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
