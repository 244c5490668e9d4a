import { displayId } from "../src/object/object-id.ts";
import { groupKind } from "./group-kind.ts";
import { needsBody } from "./health/health-of.ts";
import type { LiveMember } from "./observed.ts";
import { WORKLOADS } from "./order/kind-rules.ts";

/** What is desired and does not work (yet), as far as it could be in the place of something stale. */
export interface Unfinished {
  /** The youngest, by `Kind.group`. */
  readonly byKind: ReadonlyMap<string, LiveMember>;
  /** The youngest workload that serves, by namespace. */
  readonly serving: ReadonlyMap<string, LiveMember>;
  /** A workload on its way, by namespace. */
  readonly rolling: ReadonlyMap<string, LiveMember>;
}

const ROLLING: ReadonlySet<string> = new Set(WORKLOADS);
/** What runs until it is replaced; a Job ends by itself, and is in nobody's place. */
const SERVING: ReadonlySet<string> = new Set(WORKLOADS.filter((name) => !name.endsWith(".batch")));
const CONFIGURATION = new Set(["ConfigMap", "Secret"]);

/** The desired members that do not work, looked through once for all stale ones. */
export function unfinishedOf(desired: readonly LiveMember[]): Unfinished {
  const found = { byKind: new Map<string, LiveMember>(), serving: new Map<string, LiveMember>(), rolling: new Map<string, LiveMember>() };
  for (const member of desired) {
    if (member.health.status === "Current") continue;
    const { group, kind, namespace } = member.id;
    const name = groupKind(group, kind);
    putYoungest(found.byKind, name, member);
    if (SERVING.has(name)) putYoungest(found.serving, namespace, member);
    if (ROLLING.has(name) && member.health.status === "InProgress") putYoungest(found.rolling, namespace, member);
  }
  return found;
}

function putYoungest(into: Map<string, LiveMember>, name: string, member: LiveMember): void {
  const known = into.get(name);
  if (known === undefined || member.createdAt > known.createdAt) into.set(name, member);
}

/**
 * Why a stale member has to stay for now; undefined: it has not. What replaces it has to work first: a younger object of its
 * kind; for a workload any younger one of its namespace; for configuration, which running Pods may still be started from, a
 * workload on its way. It stays however long that takes: docs/adr/0022.
 */
export function replacementOf({ id: { group, kind, namespace }, createdAt }: LiveMember, { byKind, serving, rolling }: Unfinished): string | undefined {
  const name = groupKind(group, kind);
  if (CONFIGURATION.has(name)) return reasonOf(rolling.get(namespace), "");
  if (!needsBody(group, kind)) return undefined;
  const younger = [byKind.get(name), SERVING.has(name) ? serving.get(namespace) : undefined].find((member) => member !== undefined && member.createdAt > createdAt);
  return reasonOf(younger, SERVING.has(name) && younger?.health.status === "Failed" ? `. If it needs what this one has, such as a port or a volume, delete this one by hand` : "");
}

const reasonOf = (member: LiveMember | undefined, more: string): string | undefined => (member === undefined ? undefined : `waits for ${displayId(member.id)} to be healthy: ${member.health.message}${more}`);
