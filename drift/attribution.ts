/** Who made a difference, as far as managed fields tell: the tool and the second, not the person. */
import type { DriftConfidence } from "../src/api/drift-report.ts";
import { actorOf, actorOfField } from "./actors.ts";
import type { Actor } from "./actors.ts";
import { formatPath } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { isOwnEntry, isWhole, ownersOf } from "./managed-fields.ts";
import type { ManagerFields } from "./managed-fields.ts";

/** The writer of a live value. */
export interface Attribution {
  readonly manager: string;
  readonly actor: Actor;
  /** Likely: the manager owns the field and its name tells who it is. Guess: one of the two is missing. */
  readonly confidence: DriftConfidence;
  /** `Apply` or `Update`, with the subresource it went through: `Update/scale`. */
  readonly operation: string;
  /** RFC 3339, seconds: when that manager last wrote, which is not always when it wrote this field. */
  readonly changedAt: string | undefined;
}

/** Who owns a path besides us, the latest writer first; else who likely removed it; else undefined. */
export function attribute(managers: readonly ManagerFields[], path: FieldPath): Attribution | undefined {
  const others = managers.filter(({ entry }) => !isOwnEntry(entry) && entry.subresource !== "status");
  const owner = latest(ownersOf(others, path));
  if (owner !== undefined) return attributionTo(owner, path);
  const since = managers.find(({ entry }) => isOwnEntry(entry))?.entry.time ?? "";
  // Controllers write all the time: naming one of them for a removal would mostly be a false accusation.
  const suspects = others.filter(({ entry }) => isWhole(entry) && actorOf(entry) === "Person" && (entry.time ?? "") >= since);
  const suspect = latest(suspects);
  return suspect === undefined ? undefined : { ...attributionTo(suspect, path), confidence: "Guess" };
}

function latest(managers: readonly ManagerFields[]): ManagerFields | undefined {
  return managers.toSorted((left, right) => compareDescending(left.entry.time, right.entry.time))[0];
}

function compareDescending(left = "", right = ""): number {
  return left > right ? -1 : left < right ? 1 : 0;
}

function attributionTo({ entry }: ManagerFields, path: FieldPath): Attribution {
  const operation = entry.operation ?? "Update";
  const actor = actorOfField(entry, formatPath(path));
  return {
    manager: entry.manager ?? "unknown",
    actor,
    confidence: actor === "Unknown" ? "Guess" : "Likely",
    operation: isWhole(entry) ? operation : `${operation}/${entry.subresource}`,
    changedAt: entry.time,
  };
}
