import { formatPosition } from "../../src/errors.ts";
import { byId, displayId } from "../../src/object/object-id.ts";
import type { ObjectId, ObjectKey } from "../../src/object/object-id.ts";
import type { BlockedObject, Effective, EffectiveObject } from "../effective.ts";
import { groupKind } from "../group-kind.ts";
import { definedKinds } from "../order.ts";
import { requiredKeys } from "./milestones.ts";

/** An object in an earlier wave than what it cannot do without: neither wave could ever be finished. */
export interface WaveContradiction {
  readonly id: ObjectId;
  /** The Namespace or definition that comes too late. */
  readonly needs: ObjectId;
  /** Both with file and line, and what to change. Says for how many objects it stands. */
  readonly message: string;
}

/**
 * Objects in a wave before that of their Namespace or definition: one contradiction for each Namespace and definition,
 * with the first object (by wave, then id) that needs it earlier. Sorted by that which is needed.
 */
export function waveContradictions({ objects, blocked }: Pick<Effective, "objects" | "blocked">): WaveContradiction[] {
  const needed = neededObjects(objects);
  const early = new Map<EffectiveObject, Waving[]>();
  for (const item of [...objects.map(asWaving), ...blocked.map(asBlockedWaving)]) {
    for (const key of item.needs) {
      const need = needed.get(key);
      if (need === undefined || need.policy.wave <= item.wave) continue;
      const others = early.get(need);
      if (others === undefined) early.set(need, [item]);
      else others.push(item);
    }
  }
  return [...early].sort(([left], [right]) => byId(left, right)).flatMap(([need, items]) => contradiction(need, items));
}

/** An object with its wave and the keys that it cannot do without. */
interface Waving extends Pick<BlockedObject, "id" | "origin" | "wave"> {
  readonly needs: readonly string[];
}

const asWaving = ({ id, origin, kind, policy }: EffectiveObject): Waving => ({ id, origin, wave: policy.wave, needs: requiredKeys(id, kind.plural) });

/** The plural of a kind that the server does not serve yet is not known: its definition is found by the kind. */
const asBlockedWaving = ({ id, origin, wave }: BlockedObject): Waving => ({ id, origin, wave, needs: [...requiredKeys(id, ""), groupKind(id.group, id.kind)] });

/** Namespaces and definitions by key, definitions by the kind that they define, too. */
function neededObjects(objects: readonly EffectiveObject[]): ReadonlyMap<ObjectKey | string, EffectiveObject> {
  const needed = new Map<string, EffectiveObject>();
  const byContent = new Map(objects.map((item) => [item.object, item]));
  for (const item of objects) if (item.id.namespace === "") needed.set(item.key, item);
  for (const [kind, definition] of definedKinds(objects.map(({ object }) => object))) {
    const item = byContent.get(definition);
    if (item !== undefined) needed.set(kind, item);
  }
  return needed;
}

function contradiction(need: EffectiveObject, items: readonly Waving[]): WaveContradiction[] {
  const [first] = [...items].sort((left, right) => left.wave - right.wave || byId(left, right));
  if (first === undefined) return [];
  const more = items.length > 1 ? ` (and ${items.length - 1} more)` : "";
  const message =
    `${placeOf(first)}: ${displayId(first.id)}${more} is in wave ${first.wave}, but ${displayId(need.id)} (${placeOf(need)}), without which it cannot be, ` +
    `in wave ${need.policy.wave}; move that to wave ${first.wave} or earlier, or the other to wave ${need.policy.wave} or later`;
  return [{ id: first.id, needs: need.id, message }];
}

const placeOf = ({ origin }: Pick<BlockedObject, "origin">): string => formatPosition({ file: origin.file, line: origin.line });
