/**
 * The annotation `driftless.dev/drift-hold`: what others did to an object, or to all of an Application, is told and not
 * undone for a while. Its value is a duration (`2h`) or an end (RFC 3339). A duration counts from the last write of the
 * tool that set it, as managedFields tell, so nothing has to be remembered. Never longer than a day from then.
 */
import { shorten } from "../src/api/conditions.ts";
import { parseDuration } from "../src/api/duration.ts";
import { DRIFT_HOLD_ANNOTATION } from "../src/api/group.ts";
import type { Json } from "../src/object/json.ts";
import { escapeStep } from "../src/object/json-pointer.ts";
import type { ObjectMeta } from "../src/object/kube-object.ts";
import { field } from "./field-path.ts";
import type { FieldPath } from "./field-path.ts";
import { isOwnEntry, managersOf, ownersOf } from "./managed-fields.ts";

/** What the annotation asks for. */
export type DriftHoldRequest =
  /** `until`: milliseconds since 1970, at most a day after it was set. `isCut`: it asked for longer. `by`: the field manager that set it. */
  | { readonly kind: "Hold"; readonly value: string; readonly until: number; readonly isCut: boolean; readonly by: string }
  /** It is not understood, and holds nothing. */
  | { readonly kind: "Mistake"; readonly value: string; readonly problem: string };

/** One that is understood. */
export type Hold = Extract<DriftHoldRequest, { kind: "Hold" }>;

const LONGEST_MS = 24 * 3_600_000;
const VALUE_LIMIT = 60;
const MANAGER_LIMIT = 256;
const PATH: FieldPath = ["metadata", "annotations", DRIFT_HOLD_ANNOTATION].map(field);
const POINTER = `/metadata/annotations/${escapeStep(DRIFT_HOLD_ANNOTATION)}`;
/** RFC 3339 with a zone; seconds may be left out, as people leave them out. */
const TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$/;

/** What the annotation on this object asks for; undefined where it has none. Says nothing about whether it is over. */
export function driftHoldOf({ annotations, managedFields }: Pick<ObjectMeta, "annotations" | "managedFields">): DriftHoldRequest | undefined {
  const text = annotations?.[DRIFT_HOLD_ANNOTATION];
  if (text === undefined) return undefined;
  const value = shorten(text, VALUE_LIMIT);
  const owners = ownersOf(managersOf(managedFields), PATH).map(({ entry }) => entry);
  const [last] = owners.filter((entry) => !isOwnEntry(entry)).sort(({ time: left = "" }, { time: right = "" }) => (left < right ? 1 : -1));
  const mistake = (problem: string): DriftHoldRequest => ({ kind: "Mistake", value, problem });
  if (last === undefined && owners.length > 0) return mistake("it stands in Git; there, use spec.drift.rules of the Application");
  const since = Date.parse(last?.time ?? "");
  if (Number.isNaN(since)) return mistake("managedFields do not tell when it was set; take it off and set it again");
  const end = endOf(text.trim(), since);
  if (end === undefined) return mistake("write a duration such as 30m or 2h, or an end such as 2026-01-31T18:00:00Z");
  return { kind: "Hold", value, until: Math.min(end, since + LONGEST_MS), isCut: end > since + LONGEST_MS, by: shorten(last?.manager ?? "unknown", MANAGER_LIMIT) };
}

/** The hold that is on now, of several the one that ends last; undefined: none is. */
export function activeHold(now: Date, ...requests: readonly (DriftHoldRequest | undefined)[]): Hold | undefined {
  const active = requests.filter((request): request is Hold => request?.kind === "Hold" && request.until > now.getTime());
  return active.reduce<Hold | undefined>((latest, hold) => (latest === undefined || hold.until > latest.until ? hold : latest), undefined);
}

/** True for a hold that has ended: its annotation is to be taken off, lest a later write of the same tool begins it anew. */
export function isOver(request: DriftHoldRequest | undefined, now: Date): boolean {
  return request?.kind === "Hold" && request.until <= now.getTime();
}

/** RFC 6902: takes the annotation off, as long as it is the one that was looked at. */
export function holdOff({ annotations }: Pick<ObjectMeta, "annotations">): readonly Json[] {
  const value = annotations?.[DRIFT_HOLD_ANNOTATION];
  return value === undefined ? [] : [{ op: "test", path: POINTER, value }, { op: "remove", path: POINTER }];
}

/** `held until 14:05Z by kubectl-annotate: Deployment shop/web`, with the date where it is not today's; what it asked for beyond a day is said. */
export function holdMessage({ until, by, isCut, value }: Hold, what: string, now: Date): string {
  const cut = isCut ? ` (${value.trim()} is cut to 24h)` : "";
  const [[day, time], [today]] = [dayAndTime(new Date(until)), dayAndTime(now)];
  return `held until ${day === today ? "" : `${day} `}${time}Z by ${by}${cut}: ${what}`;
}

const dayAndTime = (time: Date): readonly [day: string, time: string] => [time.toISOString().slice(0, 10), time.toISOString().slice(11, 16)];

function endOf(value: string, since: number): number | undefined {
  if (TIME.test(value)) return validTime(Date.parse(value.replace(" ", "T")));
  try {
    const end = since + parseDuration(value);
    return Number.isFinite(end) ? end : since + 2 * LONGEST_MS;
  } catch {
    return undefined; // told by the caller, with what may stand there
  }
}

/** A day that does not exist is no time. */
const validTime = (time: number): number | undefined => (Number.isNaN(time) ? undefined : time);
