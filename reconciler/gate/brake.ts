import { GROUP } from "../../src/api/group.ts";
import { displayId } from "../../src/object/object-id.ts";
import type { PruneEntry } from "../change.ts";

/** A share of members says little where there are few: up to this many deletes never trip the brake by number. */
const ALWAYS_ALLOWED = 5;
const DEFAULT_LIMIT = "20%";
/** Objects named in the message. */
const NAMED = 5;

/** Kinds with which more goes than the object itself, as `Kind.group`. */
const PRECIOUS = new Set([
  "Namespace", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition.apiextensions.k8s.io", `Application.${GROUP}`,
]);

/**
 * Why these deletes need a second yes, as a sentence without an end; undefined: they do not. By number: more than
 * `maxPrune` (objects, or a share of the members, rounded up), but more than five. By kind: namespaces, definitions,
 * volumes, claims, Applications, and StatefulSets with claims.
 */
export function brakeReason(deletes: readonly PruneEntry[], members: number, maxPrune: number | string = DEFAULT_LIMIT): string | undefined {
  const precious = deletes.filter(isPrecious);
  if (precious.length > 0) return `${namesOf(precious)} would be deleted, and with ${precious.length === 1 ? "it" : "them"} what ${precious.length === 1 ? "it holds" : "they hold"}`;
  const { limit, text } = deleteLimit(members, maxPrune);
  if (deletes.length <= limit) return undefined;
  return `${deletes.length} of ${members} objects would be deleted, more than ${text} allows: ${namesOf(deletes)}`;
}

/** How many of the members may be deleted without a second yes, and what says so. */
export function deleteLimit(members: number, maxPrune: number | string = DEFAULT_LIMIT): { readonly limit: number; readonly text: string } {
  const text = String(maxPrune);
  const count = Number.parseInt(text, 10);
  return { limit: Math.max(ALWAYS_ALLOWED, text.endsWith("%") ? Math.ceil((members * count) / 100) : count), text: `spec.sync.limits.maxPrune (${text})` };
}

/** True for an object with which more goes than itself. */
export const isPrecious = ({ id: { group, kind }, member }: PruneEntry): boolean => PRECIOUS.has(group === "" ? kind : `${kind}.${group}`) || member.holdsData;

function namesOf(entries: readonly PruneEntry[]): string {
  const names = entries.slice(0, NAMED).map(({ id }) => displayId(id)).join(", ");
  return entries.length <= NAMED ? names : `${names} and ${entries.length - NAMED} more`;
}
