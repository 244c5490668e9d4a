/** The operator's requests as the API server's audit log tells them (audit.k8s.io/v1, one event per line). */
import { open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** One answered request. */
export interface AuditEvent {
  readonly verb: string;
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly apiGroup?: string; readonly resource?: string; readonly namespace?: string; readonly name?: string; readonly subresource?: string };
  readonly requestReceivedTimestamp: string;
  readonly responseStatus?: { readonly code?: number };
}

/** A place in the log. */
export type AuditMark = number;

const OPERATOR = "driftless/";
const LOOK_MS = 250;

/** Reads what was logged between two moments. */
export class AuditLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Now. */
  async mark(): Promise<AuditMark> {
    return (await stat(this.#path)).size;
  }

  /** The operator's requests since the mark, whoever it acted as: open watches and Leases left out. */
  async requests(since: AuditMark): Promise<AuditEvent[]> {
    return requestsIn(await this.#textSince(since));
  }

  /** Resolves with the operator's requests since the mark when it has made none for this long; `counts`: those that matter, default all. */
  async settled(since: AuditMark, quietMs: number, deadlineMs = 120_000, counts: (event: AuditEvent) => boolean = () => true): Promise<AuditEvent[]> {
    const requests: AuditEvent[] = [];
    const began = performance.now();
    let [changed, read] = [began, since];
    for (;;) {
      const text = await this.#textSince(read);
      const more = requestsIn(text).filter(counts);
      read += Buffer.byteLength(text);
      requests.push(...more);
      const now = performance.now();
      if (more.length > 0) changed = now;
      if (now - changed >= quietMs) return requests;
      if (now - began > deadlineMs) throw new Error(`the operator still made requests after ${deadlineMs / 1000}s: ${tally(requests)}`);
      await sleep(LOOK_MS);
    }
  }

  async #textSince(since: AuditMark): Promise<string> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - since), 0, size - since, since);
      const end = buffer.lastIndexOf("\n", bytesRead - 1); // the last line may still be written
      return buffer.subarray(0, end + 1).toString("utf8");
    } finally {
      await file.close();
    }
  }
}

function requestsIn(text: string): AuditEvent[] {
  return text
    .split("\n")
    .filter((line) => line.includes(`"userAgent":"${OPERATOR}`))
    .map((line) => JSON.parse(line) as AuditEvent) // audit.k8s.io/v1
    .filter(({ verb, objectRef }) => verb !== "watch" && objectRef?.resource !== "leases");
}

/** True for a write of the status subresource of one of our kinds. */
export const isStatusWrite = ({ verb, objectRef }: AuditEvent): boolean => objectRef?.subresource === "status" && (verb === "patch" || verb === "update");

/** `patch configmaps 1000, create events 101`: what the requests were, the most frequent first. */
export function tally(requests: readonly AuditEvent[]): string {
  const counts = new Map<string, number>();
  for (const { verb, objectRef: { resource = "?", subresource } = {} } of requests) {
    const name = `${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, left], [, right]) => right - left).map(([name, count]) => `${name} ${count}`).join(", ");
}
