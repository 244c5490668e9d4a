import { createHash } from "node:crypto";
import { createSecureContext, getCACertificates } from "node:tls";
import { Agent } from "undici";
import type { Dispatcher } from "undici";

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_CONNECTIONS_PER_ORIGIN = 16;

/** Pooled connections: one Agent for each set of extra CAs, which pools by origin. */
export class HttpAgents {
  readonly #agents = new Map<string, Agent>();

  /** The Agent that trusts the CAs of the system and of `ca` (PEM). */
  get(ca: string | undefined): Dispatcher {
    const key = ca === undefined ? "" : createHash("sha256").update(ca).digest("hex");
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const trust = ca === undefined ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates("default"), ca] }) };
    const agent = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, ...trust },
      connections: MAX_CONNECTIONS_PER_ORIGIN,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    this.#agents.set(key, agent);
    return agent;
  }

  /** Closes every connection; requests under way fail. */
  async close(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }
}
