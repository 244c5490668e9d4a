import type { EffectiveObject } from "../../reconciler/effective.ts";
import type { ObjectId } from "../../src/object/object-id.ts";
import { displayId } from "../../src/object/object-id.ts";
import { desiredFrom } from "./desired.ts";

/** Something that stages are made of. */
export interface OrderedItem {
  readonly id: ObjectId;
  readonly object: EffectiveObject;
}

/** The objects of a stream of YAML documents, as stages are made of them. */
export function itemsFrom(...documents: readonly string[]): OrderedItem[] {
  return desiredFrom(documents.join("\n---\n")).objects.map((object) => ({ id: object.id, object }));
}

/** One document without content. */
export function bare(apiVersion: string, kind: string, name: string, rest = ""): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${rest}`;
}

/** Stages as people read them. */
export function namesOf(stages: readonly (readonly OrderedItem[])[]): string[][] {
  return stages.map((stage) => stage.map(({ id }) => displayId(id)));
}
