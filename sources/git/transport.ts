import type { Capabilities } from "./capabilities.ts";

/** How much of an answer is read at most; `limit` names the bound in errors. */
export interface AnswerBound {
  readonly bytes: number;
  readonly limit: string;
}

/**
 * A way to reach one repository with protocol version 2. Errors are ReconcileErrors without the address in front;
 * an aborted `signal` throws its reason.
 */
export interface GitTransport {
  /** Asks the server what it can do. */
  advertise(signal: AbortSignal): Promise<Capabilities>;
  /** Sends one command and gives its answer as it arrives. */
  command(request: Buffer, bound: AnswerBound, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
