import { createHash } from "node:crypto";
import { HOOK_RUN_ANNOTATION } from "../../src/api/group.ts";
import type { HookPhase } from "../../src/api/release.ts";
import { derivedName } from "../../src/object/derived-name.ts";
import { isJsonObject, valueAt } from "../../src/object/json.ts";
import { asJson } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { formatKey } from "../../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../../src/object/object-id.ts";
import type { ObjectRef } from "../../src/ports.ts";
import type { EffectiveObject } from "../effective.ts";
import type { AppIdentity } from "../identity.ts";
import { withMarks } from "../marks.ts";
import type { LiveMember } from "../observed.ts";
import type { Hook } from "./hook.ts";

/** What is created for one run of a hook. */
export interface HookBody {
  readonly id: ObjectId;
  readonly key: ObjectKey;
  readonly ref: ObjectRef;
  readonly object: KubeObject;
  /** Value of the annotation that says for which run it is. */
  readonly mark: string;
}

/** Characters of a generated part of a name. */
const SUFFIX = 8;

/** Which run an object was made for: an attempt's, by the uid of its Release, at one point. */
export const runMark = (run: string, phase: HookPhase): string => `${run}/${phase}`;

/** The id of a hook's object in one run. A name that is only begun gets the same end for the same run, so that no crash makes two. */
export function hookIdAt({ id, phase, isGenerated }: Hook, run: string): ObjectId {
  if (!isGenerated) return id;
  const suffix = createHash("sha256").update(`${runMark(run, phase)} ${formatKey(id)}`).digest("hex").slice(0, SUFFIX);
  return { ...id, name: derivedName(id.name.replace(/[-.]+$/, ""), suffix) };
}

/** Key of a hook's object in one run. */
export const hookKeyAt = (hook: Hook, run: string): ObjectKey => formatKey(hookIdAt(hook, run));

/** True for what this hook has made in any run of its own, whatever name it got. */
export function isRunOf(hook: Hook, { key, hookRun = "" }: Pick<LiveMember, "key" | "hookRun">): boolean {
  const end = `/${hook.phase}`;
  return hookRun.endsWith(end) && hookKeyAt(hook, hookRun.slice(0, -end.length)) === key;
}

/**
 * The object of one run: as the source has it, with our marks. A Job does not remove itself before its end was seen; what
 * its ttlSecondsAfterFinished asks for is done here (see clean-up.ts).
 */
export function hookBody(hook: Hook, target: EffectiveObject, run: string, identity: AppIdentity): HookBody {
  const id = hookIdAt(hook, run);
  const mark = runMark(run, hook.phase);
  const marked = withMarks(withoutTtl(target.initial), id, identity);
  const { generateName, annotations, ...metadata } = marked.metadata;
  const kept = hook.isGenerated || generateName === undefined ? {} : { generateName };
  const object = { ...marked, metadata: { ...metadata, ...kept, name: id.name, annotations: { ...annotations, [HOOK_RUN_ANNOTATION]: mark } } };
  return { id, key: formatKey(id), ref: { ...target.ref, name: id.name }, object, mark };
}

/** Seconds for which a finished Job is to stay; undefined: nobody says. */
export function ttlSecondsOf({ object }: EffectiveObject): number | undefined {
  const ttl = object.kind === "Job" ? valueAt(asJson(object), TTL_PATH) : undefined;
  return typeof ttl === "number" && ttl >= 0 ? ttl : undefined;
}

const TTL = "ttlSecondsAfterFinished";
const TTL_PATH = ["spec", TTL];

function withoutTtl(object: KubeObject): KubeObject {
  const { spec } = asJson(object);
  if (object.kind !== "Job" || !isJsonObject(spec) || !Object.hasOwn(spec, TTL)) return object;
  const { [TTL]: _ttl, ...rest } = spec;
  return { ...object, spec: rest };
}
