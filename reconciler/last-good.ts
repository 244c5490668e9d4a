import { createHash } from "node:crypto";
import type { Draft } from "../charts/check-objects.ts";
import { checkObjects, tellProblems } from "../charts/check-objects.ts";
import type { Origin } from "../charts/rendered.ts";
import { GROUP, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../src/api/group.ts";
import type { ReconcileError } from "../src/errors.ts";
import type { Json } from "../src/object/json.ts";
import { canonicalJson, isJsonObject, parseJson } from "../src/object/json.ts";
import type { KubeObject } from "../src/object/kube-object.ts";
import { asJson, isSecret } from "../src/object/kube-object.ts";
import type { ObjectKey } from "../src/object/object-id.ts";
import { compareText } from "../src/object/object-id.ts";
import type { ComposeContext } from "./compose.ts";
import { compose } from "./compose.ts";
import type { EffectiveObject } from "./effective.ts";

/**
 * The newest content that was applied successfully to one object. `valuesWithheld`: a Secret, of which only name, labels
 * and policy are kept; it is desired, but there is nothing to compare it with and nothing to write.
 */
export interface LastGoodObject {
  readonly object: EffectiveObject;
  readonly valuesWithheld: boolean;
}

/** Last good content of one Application, by object. */
export type LastGood = ReadonlyMap<ObjectKey, LastGoodObject>;

/** Most objects that are stored for one Application: as many as one render may make. */
export const MAX_OBJECTS = 20_000;

/** Groups whose annotations tell how an object is to be treated; the only ones kept of a Secret. */
const POLICY_GROUPS = new Set([GROUP, "kustomize.toolkit.fluxcd.io", "argocd.argoproj.io", "helm.sh"]);
const MAX_FILE_NAME = 4096;

/** Objects in the order in which they are stored: equal sets give equal bytes. */
export function inStoredOrder(objects: Iterable<EffectiveObject>): readonly EffectiveObject[] {
  return [...objects].sort((left, right) => compareText(left.key, right.key));
}

/**
 * Tells two sets apart, cheaply. It covers digests of Secret values and so stays in this process; the digest that is
 * stored covers the stored text only.
 */
export function markOf(ordered: readonly EffectiveObject[]): string {
  const hash = createHash("sha256");
  for (const { key, digest } of ordered) hash.update(`${key} ${digest}\n`);
  return hash.digest("base64");
}

/**
 * One object as a line of canonical JSON: `{"object":…,"origin":{"file","line","overlays"}}`. The object is as the source
 * wants it, without marks of ours and, for a Secret, without values: what is read back goes through `compose` again. What
 * a substitution took from Secrets is listed in `secrets`, so that it is still masked when it comes back (ADR 28).
 */
export function lineOf(item: EffectiveObject): string {
  const { file, line, overlays } = item.origin;
  const bare = withoutMarks(item.initial);
  const secrets = item.secrets === undefined || isSecret(bare) ? {} : { secrets: item.secrets };
  return canonicalJson({ object: asJson(isSecret(bare) ? withoutValues(bare) : bare), origin: { file, line, overlays }, ...secrets });
}

/** The reverse of lineOf. The text is hostile: whoever may write Secrets in the namespace may have written it. Throws what is wrong with it. */
export function readLine(text: string): Draft {
  const value = parseJson(text);
  const object = isJsonObject(value) ? value["object"] : undefined;
  const origin = isJsonObject(value) ? readOrigin(value["origin"]) : undefined;
  if (!isJsonObject(object) || origin === undefined) throw new Error("a line is not an object with its origin");
  const secrets = isJsonObject(value) ? value["secrets"] : undefined;
  return { value: object, origin, ...(Array.isArray(secrets) ? { secrets: secrets.filter((each) => typeof each === "string") } : {}) };
}

/**
 * Stored objects → what they are now: composed like content of the source, under the ignore rules and kinds of today.
 * Objects of kinds that the server no longer serves are left out. Throws a ReconcileError where the content cannot have
 * been stored by us.
 */
export function recall(drafts: readonly Draft[], context: ComposeContext): LastGood {
  const problems: ReconcileError[] = [];
  const objects = checkObjects(drafts, problems);
  if (problems.length > 0) throw tellProblems(problems);
  const { objects: composed } = compose({ objects, warnings: [] }, context);
  return new Map(composed.map((object) => [object.key, { object: { ...object, content: "LastGood" }, valuesWithheld: isSecret(object.object) }]));
}

function withoutMarks(object: KubeObject): KubeObject {
  const { labels, annotations, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...without("labels", labels, PART_OF_LABEL), ...without("annotations", annotations, ORIGIN_ANNOTATION) } };
}

/** An allow list: a copy that some tool keeps of the object in an annotation holds its values too. */
function withoutValues({ apiVersion, kind, metadata, type, immutable }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => POLICY_GROUPS.has(key.split("/")[0] ?? ""));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
  };
}

function without(name: "labels" | "annotations", map: Readonly<Record<string, string>> | undefined, key: string): { readonly [name: string]: Readonly<Record<string, string>> } {
  const { [key]: _mark, ...rest } = map ?? {};
  return Object.keys(rest).length === 0 ? {} : { [name]: rest };
}

function readOrigin(value: Json | undefined): Origin | undefined {
  if (!isJsonObject(value)) return undefined;
  const { file, line, overlays } = value as { file?: Json; line?: Json; overlays?: Json }; // any member may be anything
  if (!isFileName(file) || typeof line !== "number" || !Number.isSafeInteger(line) || line < 0) return undefined;
  if (!Array.isArray(overlays)) return undefined;
  const names = overlays.filter(isFileName);
  return names.length === overlays.length ? { file, line, overlays: names } : undefined;
}

const isFileName = (value: unknown): value is string => typeof value === "string" && value.length <= MAX_FILE_NAME;
