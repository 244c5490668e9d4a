import { isMarkedHook } from "../src/api/annotations.ts";
import { combineErrors, formatPosition, ReconcileError } from "../src/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../src/object/json.ts";
import { asKubeObject } from "../src/object/kube-object.ts";
import { displayId, idOf, keyOf } from "../src/object/object-id.ts";
import type { Origin, RenderedObject } from "./rendered.ts";

/** An object as a renderer leaves it, not yet looked at. */
export interface Draft {
  readonly value: JsonObject;
  readonly origin: Origin;
  /** Values of Secrets that were put into it. */
  readonly secrets?: readonly string[];
}

/**
 * Drafts become objects; every one that is incomplete, and every second of a kind and name, is a problem. One in another
 * version of its kind is none here: kustomize builds it, and what the server takes for one object is refused by `compose`.
 * So are hooks that cannot be told apart: charts have one for an installation and another of the same name for an upgrade.
 */
export function checkObjects(drafts: readonly Draft[], problems: ReconcileError[]): RenderedObject[] {
  const seen = new Map<string, Origin>();
  const objects: RenderedObject[] = [];
  for (const { value, origin, secrets } of drafts) {
    const flaw = flawOf(value);
    if (flaw !== undefined) {
      problems.push(failure(flaw, origin));
      continue;
    }
    const object = asKubeObject(named(value));
    const key = `${object.apiVersion} ${keyOf(object)}`;
    const first = isMarkedHook(object.metadata.annotations) ? undefined : seen.get(key);
    if (first === undefined) seen.set(key, origin);
    else problems.push(failure(`${displayId(idOf(object))} is defined twice, first at ${formatPosition(first)}; remove or rename one`, origin));
    objects.push({ object, origin, ...(secrets === undefined ? {} : { secrets }) });
  }
  return objects;
}

const failure = (message: string, { file, line }: Origin): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file, line } });

/** Problems told at once; the rest is counted. */
const MAX_TOLD = 20;

/** All problems in one error, as many as a person reads. */
export function tellProblems(problems: readonly ReconcileError[]): ReconcileError {
  const told = problems.slice(0, MAX_TOLD);
  const rest = problems.length - told.length;
  return combineErrors("BUILD_FAILED", rest === 0 ? told : [...told, new ReconcileError("BUILD_FAILED", `and ${rest} more`)]);
}

/** Characters of a name, kind, namespace or apiVersion. Kubernetes takes 253; what is far longer is copied with every look-up. */
export const MAX_NAME = 1000;

/** What keeps a value from being an object of Kubernetes, or undefined. */
export function flawOf(value: JsonObject): string | undefined {
  const { apiVersion, kind, metadata } = value as { apiVersion?: Json; kind?: Json; metadata?: Json }; // any member may be anything
  if (typeof apiVersion !== "string" || apiVersion === "") return `object has no apiVersion${hint(value)}`;
  if (typeof kind !== "string" || kind === "") return "object has no kind";
  if (kind.length > MAX_NAME || apiVersion.length > MAX_NAME) return `apiVersion or kind is longer than ${MAX_NAME} characters`;
  if (kind.includes("/") || apiVersion.split("/").length > 2) return "apiVersion or kind has a slash too many";
  if (metadata !== undefined && !isJsonObject(metadata)) return `${kind} has metadata that is not a map`;
  return flawOfMetadata(kind, metadata ?? {});
}

function flawOfMetadata(kind: string, metadata: JsonObject): string | undefined {
  const { name, generateName, namespace } = metadata as { name?: Json; generateName?: Json; namespace?: Json }; // any member may be anything
  if (isGenerated(metadata)) return flawOfMetadata(kind, { ...metadata, name: generateName ?? null, generateName: null });
  if (name !== undefined && name !== null && typeof name !== "string") return `${kind} has a metadata.name that is not text; quote it`;
  if (name === undefined || name === null || name === "") {
    return generateName === undefined
      ? `${kind} has no metadata.name`
      : `${kind} has metadata.generateName, which makes a new object at every apply; give it metadata.name`;
  }
  if (name.length > MAX_NAME || (typeof namespace === "string" && namespace.length > MAX_NAME)) return `${kind} has a name or namespace longer than ${MAX_NAME} characters; Kubernetes takes 253`;
  if (name.includes("/")) return `${kind} has a slash in metadata.name`;
  if (namespace !== undefined && namespace !== null && typeof namespace !== "string") return `${kind} ${name} has a metadata.namespace that is not text; quote it`;
  return undefined;
}

/** Only a hook may have nothing but the start of a name: it gets the rest when it runs. */
function isGenerated({ name, generateName, annotations }: JsonObject): boolean {
  return (name === undefined || name === null || name === "") && typeof generateName === "string" && generateName !== "" && isMarkedHook(annotations);
}

/** One that gets its name later is known by the start of it. */
function named(value: JsonObject): JsonObject {
  const { metadata } = value;
  return isJsonObject(metadata) && isGenerated(metadata) ? { ...value, metadata: { ...metadata, name: metadata["generateName"] ?? "" } } : value;
}

const hint = (value: JsonObject): string => ("kind" in value ? "" : " and no kind; is this file no manifest? keep it out of the path");
