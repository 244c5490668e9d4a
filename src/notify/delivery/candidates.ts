/** What is to be sent, and in which order. Pure. */
import type { Abilities } from "../channels/channel.ts";
import type { WantedMessage } from "../episode/wanted.ts";
import type { MessageStep } from "../message.ts";
import type { Operation } from "./operation.ts";
import { deliveryKey } from "./operation.ts";
import type { DeliveryRecord } from "./state.ts";

/** A request that is due, or will be. */
export interface Candidate {
  readonly operation: Operation;
  /** Lower goes first: critical openings, ends, other messages, thread lines, changes. */
  readonly rank: number;
  /** Of equal rank the oldest goes first. */
  readonly age: string;
  /** When it may be sent; milliseconds. */
  readonly dueAt: number;
}

const CRITICAL = 0;
const END = 1;
const MESSAGE = 2;
const LINE = 3;
const CHANGE = 4;

/** The requests that one message asks for, at most one for the message and one for its thread. */
export function candidatesFor(message: WantedMessage, record: DeliveryRecord | undefined, abilities: Abilities): readonly Candidate[] {
  const dueAt = record?.heldUntil ?? 0;
  if (record?.posted !== true) return [candidate(postOf(message, record, abilities), rankOfPost(message), message.content.openedAt, dueAt)];
  const line = abilities.thread ? nextLine(message, record) : undefined;
  return [...changesOf(message, record, abilities, dueAt), ...(line === undefined ? [] : [candidate(replyOf(message, record, line, abilities), LINE, line.at, dueAt)])];
}

/** True when nothing of a message is left to be sent. */
export function isDelivered(message: WantedMessage, record: DeliveryRecord | undefined, abilities: Abilities): boolean {
  if (record?.posted !== true || (abilities.thread && nextLine(message, record) !== undefined)) return false;
  return abilities.update ? record.version >= message.version : record.calls >= message.calls;
}

function changesOf(message: WantedMessage, record: DeliveryRecord, abilities: Abilities, dueAt: number): readonly Candidate[] {
  const { content, version, calls, closed } = message;
  const rank = closed ? END : CHANGE;
  if (!abilities.update) return calls > record.calls ? [candidate(postOf(message, record, abilities), rankOfPost(message), content.updatedAt, dueAt)] : [];
  const update: Operation = { kind: "Update", key: deliveryKey(message.key, 0, record.posts, abilities), ref: record.ref, message, repeated: record.marked === true };
  if (version > record.version) return [candidate(update, rank, content.updatedAt, dueAt)];
  return abilities.refreshMs === undefined || closed ? [] : [candidate(update, rank, content.updatedAt, Math.max(dueAt, record.sentAt + abilities.refreshMs))];
}

function postOf(message: WantedMessage, record: DeliveryRecord | undefined, abilities: Abilities): Operation {
  return { kind: "Post", key: deliveryKey(message.key, 0, (record?.posts ?? 0) + 1, abilities), message, repeated: record?.repeat === true };
}

function replyOf(message: WantedMessage, record: DeliveryRecord, step: MessageStep, abilities: Abilities): Operation {
  return { kind: "Reply", key: deliveryKey(message.key, step.number, record.posts, abilities), ref: record.ref, message, step, repeated: record.repeatStep === step.number };
}

const nextLine = ({ steps }: WantedMessage, record: DeliveryRecord): MessageStep | undefined => steps.find(({ number }) => number > record.step);

const rankOfPost = ({ closed, content }: WantedMessage): number => (closed ? END : content.severity === "Critical" ? CRITICAL : MESSAGE);

const candidate = (operation: Operation, rank: number, age: string, dueAt: number): Candidate => ({ operation, rank, age, dueAt });

/** Order of candidates. */
export const byUrgency = (left: Candidate, right: Candidate): number => left.rank - right.rank || (left.age < right.age ? -1 : left.age > right.age ? 1 : 0);
