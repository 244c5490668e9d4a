import type { Json } from "../../src/object/json.ts";
import { flag, integer, listOf, recordOf, text, type Decoded, type Flaw } from "./decode.ts";

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
