/**
 * What the two threads say to each other, one render at a time:
 *
 *   Render →                     what to render
 *          ← Objects, More →     objects as JSON text, in pieces, each after the last one was taken
 *          ← Done | Failed | Unreadable
 */
import type { ValueAnswer } from "../../charts/needs.ts";
import type { RenderOptions } from "../../charts/render.ts";
import type { Rendered } from "../../charts/rendered.ts";
import type { Trace } from "../../charts/traced-tree.ts";
import type { StoredPlace } from "../../sources/git/stored-tree.ts";
import { formatPosition, messageOf, ReconcileError } from "../errors.ts";
import type { ErrorCode, Position } from "../errors.ts";

/** What is to be rendered, of which tree, with which answers. */
export interface RenderOrder {
  readonly place: StoredPlace;
  readonly options: Omit<RenderOptions, "answers">;
  /** By the key of their need. Default none. */
  readonly answers?: ReadonlyMap<string, SentAnswer>;
}

/** An answer that can be told to another thread: of a tree, where it lies. */
export type SentAnswer = { readonly kind: "Stored"; readonly place: StoredPlace } | ValueAnswer;

/** To the thread that renders. */
export type RenderRequest = { readonly kind: "Render"; readonly order: RenderOrder } | { readonly kind: "More" };

/** From the thread that renders. */
export type RenderReply =
  | { readonly kind: "Objects"; readonly text: string }
  | RenderDone
  | { readonly kind: "Failed"; readonly error: SentError }
  /** The store has gone on, or is damaged: the thread that has it open has to look. */
  | { readonly kind: "Unreadable" };

/** The end of a render that worked out: all of the result but the objects, which were sent before. */
export interface RenderDone {
  readonly kind: "Done";
  readonly rest: Omit<Rendered, "objects">;
  readonly trace: Trace;
  readonly cost: RenderCost;
}

/** What a render has taken. */
export interface RenderCost {
  /** Content read, whether it had to be parsed or not. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** An error as data; without a code it is one that should not have happened. */
export interface SentError {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly position?: Position | undefined;
}

/** An error as data. */
export function sendError(error: unknown): SentError {
  const message = messageOf(error);
  return error instanceof ReconcileError ? { message, code: error.code, position: error.position } : { message };
}

/** The error again: code, message and position are the same. */
export function receiveError({ message, code = "INTERNAL", position }: SentError): ReconcileError {
  const prefix = position === undefined ? "" : `${formatPosition(position)}: `;
  return new ReconcileError(code, message.slice(prefix.length), { position });
}
