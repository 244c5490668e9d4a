import { shorten } from "../../src/api/conditions.ts";
import { compareIds, displayId, parseKey } from "../../src/object/object-id.ts";
import type { ObjectKey } from "../../src/object/object-id.ts";
import type { Health, HealthStatus } from "./health.ts";

/** The health of one object of an Application. */
export interface ObjectHealth {
  readonly key: ObjectKey;
  readonly health: Health;
  /** It is not live because we hold it back: it waits for an earlier wave or for another object. Default false. */
  readonly held?: boolean;
}

/** The health of a whole: the worst of its parts, never Terminating or NotFound (those are InProgress for the whole). */
export interface AggregateHealth {
  readonly status: "Current" | "InProgress" | "Failed" | "Unknown";
  /** Counts and the first few that are not healthy, the worst first. */
  readonly message: string;
  readonly healthy: number;
  readonly total: number;
}

/** Objects named in the message; the others are counted. */
const NAMED = 3;
const MESSAGE_PART_LIMIT = 200;

/** The health of all objects together, and of so many healthy ones besides. Equal input in any order gives the same text. */
export function aggregateHealth(objects: readonly ObjectHealth[], resting = 0): AggregateHealth {
  const total = objects.length + resting;
  const sick = objects.filter(({ health }) => health.status !== "Current").sort(compareSickness);
  const healthy = total - sick.length;
  if (sick.length === 0) {
    return { status: "Current", message: total === 0 ? "no objects" : `${total} of ${total} healthy`, healthy, total };
  }
  const named = sick.slice(0, NAMED).map(describe).join("; ");
  const rest = sick.length > NAMED ? `; and ${sick.length - NAMED} more` : "";
  return { status: wholeStatus(sick), message: `${sick.length} of ${total} not healthy: ${named}${rest}`, healthy, total };
}

function wholeStatus(sick: readonly ObjectHealth[]): AggregateHealth["status"] {
  const has = (status: HealthStatus): boolean => sick.some(({ health }) => health.status === status);
  if (has("Failed")) return "Failed";
  return has("Unknown") ? "Unknown" : "InProgress";
}

function describe({ key, health }: ObjectHealth): string {
  const id = parseKey(key);
  return `${id === undefined ? key : displayId(id)}: ${shorten(health.message, MESSAGE_PART_LIMIT)}`;
}

const SEVERITY: Readonly<Record<HealthStatus, number>> = { Failed: 0, Unknown: 1, NotFound: 2, Terminating: 3, InProgress: 4, Current: 5 };

function compareSickness(left: ObjectHealth, right: ObjectHealth): number {
  const [leftId, rightId] = [parseKey(left.key), parseKey(right.key)];
  const order = leftId === undefined || rightId === undefined ? 0 : compareIds(leftId, rightId);
  return SEVERITY[left.health.status] - SEVERITY[right.health.status] || order;
}
