/** What must hold whatever happens; each answers with what is wrong, in sentences. */
import { gunzipSync } from "node:zlib";
import { identityOf, originOf } from "../../../reconciler/identity.ts";
import { ownsLabel } from "../../../reconciler/membership.ts";
import type { Application } from "../../../src/api/application.ts";
import { findCondition } from "../../../src/api/conditions.ts";
import { API_VERSION, ORIGIN_ANNOTATION, PART_OF_LABEL } from "../../../src/api/group.ts";
import { isJsonObject } from "../../../src/object/json.ts";
import type { Json } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { asJson, groupOf } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { idOf, keyOf } from "../../../src/object/object-id.ts";
import type { JournalEntry } from "../memory-cluster/client.ts";
import { INSTALLATION } from "./loop-operator.ts";
import { BY_HAND, CANARY, ITEM_KEYS, ITEMS } from "./loop-universe.ts";
import type { Commit, LoopWorld } from "./loop-world.ts";
import { APPS, HOME } from "./loop-world.ts";

/** Annotations by which somebody asks for a live object to be kept, or to be left alone. */
export const PRUNE = "driftless.dev/prune";
export const RECONCILE = "driftless.dev/reconcile";

const identity = (app: string) => identityOf(INSTALLATION, { namespace: HOME, name: app });

/** Watches every delete of the operator from outside. */
export class DeletionWatch {
  readonly problems: string[] = [];
  deletions = 0;
  /** Commits that an Application's running reconcile may work from: from this one on. */
  readonly #since = new Map<string, number>();
  /** Objects that people touched while a reconcile ran. */
  readonly #touched = new Set<ObjectKey>();
  world: LoopWorld | undefined;

  /** A reconcile works from the newest commit there was when it began, or one that came later. */
  reconcile(name: string, phase: "Begin" | "End"): void {
    const app = name.slice(HOME.length + 1);
    if (phase === "Begin") this.#since.set(app, Math.max(0, (this.world?.commits.get(app)?.length ?? 0) - 1));
  }

  touched(key: ObjectKey): void {
    this.#touched.add(key);
  }

  request({ call, before, status }: JournalEntry): void {
    if (call.verb !== "delete" || !call.client.startsWith("operator") || before === undefined || status !== 200) return;
    this.deletions += 1;
    if (isBookkeeping(before)) return;
    const problem = this.#problemOf(before);
    if (problem !== undefined) this.problems.push(`wrong deletion of ${keyOf(before)}: ${problem}`);
  }

  #problemOf(object: KubeObject): string | undefined {
    const { labels, annotations } = object.metadata;
    const app = APPS.find((name) => identity(name).setId === labels?.[PART_OF_LABEL]);
    if (app === undefined) return "it belongs to nobody here";
    if (annotations?.[ORIGIN_ANNOTATION] !== originOf(identity(app), idOf(object))) return "its origin names something else";
    if (annotations[PRUNE] === "disabled" || annotations[RECONCILE] === "disabled") return "somebody had asked to keep it";
    if (this.world?.declared.includes(app) === false) return undefined; // it was deleted, with all that it has applied
    const commits = this.world?.commits.get(app)?.slice(this.#since.get(app) ?? 0) ?? [];
    const excuses = commits.filter((commit) => commit.flaw === "None" && commit.keys.size > 0 && !commit.keys.has(keyOf(object)));
    if (excuses.length === 0) return `no commit of ${app} that could be worked on leaves it out`;
    const problems = excuses.map((commit) => this.#incomplete(commit));
    return problems.includes(undefined) ? undefined : problems[0];
  }

  /** Nothing is deleted before everything is there; what went with its namespace or definition was there. */
  #incomplete({ keys }: Commit): string | undefined {
    const live = new Set(this.world?.cluster.objects().map((object) => keyOf(object)));
    const missing = [...keys].filter((key) => !live.has(key) && !this.#touched.has(key) && !DEPENDENT.has(key));
    return missing.length === 0 ? undefined : `${missing.join(", ")} of the same commit is not live yet`;
  }
}

const DEPENDENT = new Set(ITEM_KEYS.filter((_key, item) => ITEMS[item]?.needs !== undefined));

/** What Driftless keeps for itself. */
function isBookkeeping({ apiVersion, kind, metadata }: KubeObject): boolean {
  return apiVersion === API_VERSION || (kind === "Secret" && metadata.namespace === HOME);
}

/** What keeps the cluster from being what the newest commits want; empty when it is. */
export function divergence(world: LoopWorld): string[] {
  const live = new Map(world.cluster.objects().map((object) => [keyOf(object), object] as const));
  const leaving = APPS.filter((app) => !world.declared.includes(app)).map((app) => `${app}: it was deleted, and is not gone: ${findCondition(applicationOf(world, app)?.status?.conditions, "Ready")?.message}`);
  return leaving.length > 0 ? leaving : APPS.flatMap((app) => (isAskingForStripped(world, app) ? [] : [...wantedProblems(world, app, live), ...staleProblems(world, app, live), ...statusProblems(world, app)]));
}

/**
 * Somebody took the marks of ours off a Namespace, a definition or a claim, and the operator forgot that it was ours: it
 * asks for a yes (docs/adr/0012), again and again, and while it does nothing of the Application is deleted.
 */
export function isAskingForStripped(world: LoopWorld, app: string): boolean {
  const message = findCondition(applicationOf(world, app)?.status?.conditions, "Ready")?.message ?? "";
  return /: (Namespace|CustomResourceDefinition|PersistentVolumeClaim) \S+: exists and is nobody's; a \w+ is never taken over by itself/.test(message);
}

function applicationOf(world: LoopWorld, app: string): Application | undefined {
  return world.cluster.get({ apiVersion: API_VERSION, kind: "Application", namespace: HOME, name: app }) as unknown as Application | undefined; // checked against its schema when it was written
}

function wantedProblems(world: LoopWorld, app: string, live: ReadonlyMap<ObjectKey, KubeObject>): string[] {
  return [...(world.head(app)?.wanted ?? [])].flatMap(([item, variant]) => {
    const key = ITEM_KEYS[item];
    const desired = ITEMS[item]?.make(variant);
    const object = key === undefined ? undefined : live.get(key);
    if (desired === undefined || object === undefined) return [`${app}: ${key} is not live`];
    const { labels, annotations, deletionTimestamp } = object.metadata;
    if (deletionTimestamp !== undefined) return [`${app}: ${key} is being deleted`];
    if (labels?.[PART_OF_LABEL] !== identity(app).setId || annotations?.[ORIGIN_ANNOTATION] !== originOf(identity(app), idOf(object))) return [`${app}: ${key} is not its member`];
    const different = difference(asJson(desired), asJson(object), "");
    const byHand = JSON.stringify({ ...object, metadata: { ...object.metadata, managedFields: [] } }).includes(BY_HAND);
    return [...(different === undefined ? [] : [`${app}: ${key} differs at ${different}`]), ...(byHand ? [`${app}: ${key} still has what was added by hand`] : [])];
  });
}

function staleProblems(world: LoopWorld, app: string, live: ReadonlyMap<ObjectKey, KubeObject>): string[] {
  const { setId } = identity(app);
  const wanted = world.head(app)?.keys ?? new Set<ObjectKey>();
  const members = [...live].filter(([, { metadata }]) => metadata.labels?.[PART_OF_LABEL] === setId && metadata.annotations?.[ORIGIN_ANNOTATION]?.startsWith(`${INSTALLATION}/${HOME}/${app}#`) === true);
  // What is not proved to be ours is kept, and told: a controller's copy, and what somebody wiped the managed fields of. So is what somebody asked to keep.
  const proved = members.filter(([key, { metadata }]) => metadata.annotations?.[ORIGIN_ANNOTATION]?.endsWith(`#${key}`) === true && metadata.ownerReferences === undefined && ownsLabel(metadata.managedFields) && metadata.annotations[PRUNE] !== "disabled" && metadata.annotations[RECONCILE] !== "disabled");
  const isProved = new Set(proved.map(([key]) => key));
  const kept = [...live].filter(([key, { metadata }]) => metadata.labels?.[PART_OF_LABEL] === setId && !isProved.has(key)).map(([, object]) => object);
  return proved.filter(([key]) => !wanted.has(key) && !kept.some((object) => isInside(object, key))).map(([key]) => `${app}: ${key} is an orphan`);
}

/** It would go with its Namespace, or with its definition. */
const isInside = ({ apiVersion, metadata }: KubeObject, key: ObjectKey): boolean =>
  key === `/Namespace//${metadata.namespace}` || (key.startsWith("apiextensions.k8s.io/") && key.endsWith(`.${groupOf(apiVersion)}`));

function statusProblems(world: LoopWorld, app: string): string[] {
  const object = applicationOf(world, app);
  const ready = findCondition(object?.status?.conditions, "Ready");
  const problems = ready?.status === "True" ? [] : [`${app}: Ready is ${ready?.status}: ${ready?.message}`];
  // A commit that changes nothing for an Application does not move its revision.
  const known = (world.commits.get(app) ?? []).map(({ artifact }) => artifact.revision);
  const applied = object?.status?.lastAppliedRevision ?? "";
  if (!known.includes(applied)) problems.push(`${app}: last applied is ${applied}, which is none of its commits`);
  return problems;
}

/** Where a live value lacks something of a desired one; undefined where it has it all. */
function difference(desired: Json, live: Json | undefined, path: string): string | undefined {
  if (Array.isArray(desired)) {
    if (!Array.isArray(live) || live.length !== desired.length) return path;
    return first(desired.map((item: Json, index) => difference(item, (live as readonly Json[])[index], `${path}/${index}`)));
  }
  if (isJsonObject(desired)) return isJsonObject(live) ? first(Object.entries(desired).map(([name, value]) => difference(value ?? null, live[name], `${path}/${name}`))) : path;
  return desired === live ? undefined : path;
}

const first = (texts: readonly (string | undefined)[]): string | undefined => texts.find((text) => text !== undefined);

/** Places outside Secrets, or stored content of ours, where a Secret's value can be read. */
export async function leaks(world: LoopWorld): Promise<string[]> {
  const words = [CANARY, Buffer.from(CANARY).toString("base64").replace(/=+$/, "").slice(0, -2)];
  const holds = (text: string): boolean => words.some((word) => text.includes(word));
  const problems = world.cluster.objects().filter((object) => (object.kind === "Secret" ? holds(storedText(object)) : holds(JSON.stringify(object)))).map((object) => `a Secret's value is in ${keyOf(object)}`);
  for (const line of world.logger.lines) if (holds(JSON.stringify(line))) problems.push(`a Secret's value is in a log line: ${line.message}`);
  if (holds((await world.operator?.metrics.text()) ?? "")) problems.push("a Secret's value is in a metric");
  return problems;
}

/** What a Secret of our own in the Applications' namespace holds, unpacked. */
function storedText(object: KubeObject): string {
  if (object.metadata.namespace !== HOME) return "";
  return Object.values(object["data"] ?? {}).map((value) => unpacked(Buffer.from(String(value), "base64"))).join("\n");
}

function unpacked(bytes: Buffer): string {
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch {
    return bytes.toString("utf8"); // a part of a larger text, or not packed
  }
}
