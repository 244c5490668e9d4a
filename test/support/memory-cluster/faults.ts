/** What can go wrong between a client and the cluster. */
import type { Account } from "../../../src/ports.ts";

/** One request, as a fault decides about it. */
export interface Call {
  /** Counts the requests of all clients of the cluster, from 1. */
  readonly number: number;
  readonly client: string;
  readonly verb: "get" | "list" | "watch" | "create" | "apply" | "patch" | "delete";
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  /** "" for a collection. */
  readonly name: string;
  readonly subresource: string | undefined;
  readonly as: Account | undefined;
  readonly dryRun: boolean;
}

/** What happens to a request instead of an undisturbed answer. */
export type Fault =
  /** Refused before it had any effect; status 0: it never arrived. */
  | { readonly kind: "Refuse"; readonly status: number; readonly retryAfterMs?: number }
  /** It took effect, but the answer is lost (status 0) or an error of the way back. */
  | { readonly kind: "LoseAnswer"; readonly status?: number }
  /** Request and answer take this long, by the cluster's clock. */
  | { readonly kind: "Delay"; readonly beforeMs?: number; readonly afterMs?: number }
  /** The client's process dies: nothing of it settles any more. After: the request has taken effect. */
  | { readonly kind: "Crash"; readonly when: "Before" | "After" }
  /** A watch: its version is taken for too old. */
  | { readonly kind: "Expire" }
  /** A watch: ended by the server after so many events. */
  | { readonly kind: "Close"; readonly afterEvents: number }
  /** A watch: every event comes this much later, in order; other watches and answers overtake it. */
  | { readonly kind: "Lag"; readonly ms: number };

/** Decides about each request; undefined: nothing goes wrong. */
export type Faults = (call: Call) => Fault | undefined;
