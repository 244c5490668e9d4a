import type { Clock } from "../../src/ports.ts";
import { ReconcileError } from "../../src/errors.ts";
import type { Capabilities } from "./capabilities.ts";
import { encodeFetch, readPack } from "./fetch-wire.ts";
import type { FetchRequest } from "./fetch-wire.ts";
import type { GitLimits } from "./limits.ts";
import { encodeLsRefs, parseRefs } from "./ls-refs.ts";
import type { RemoteRef } from "./ls-refs.ts";
import { decodePackets } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";
import type { GitTransport } from "./transport.ts";

/** How long an advertisement is believed. */
const ADVERTISEMENT_MS = 600_000;

const STALE_SIGNS: readonly string[] = ["GIT_PROTOCOL", "GIT_UNREACHABLE", "GIT_UNAUTHORIZED"];

/** The commands of one repository. Its advertisement is remembered, so that a command is one round trip. */
export class GitRemote {
  readonly #transport: GitTransport;
  readonly #limits: GitLimits;
  readonly #clock: Pick<Clock, "monotonic">;
  #known: { readonly capabilities: Capabilities; readonly until: number } | undefined;

  constructor(transport: GitTransport, limits: GitLimits, clock: Pick<Clock, "monotonic">) {
    this.#transport = transport;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The refs that begin with one of the prefixes. */
  listRefs(prefixes: readonly string[], signal: AbortSignal): Promise<RemoteRef[]> {
    return this.#withCapabilities(signal, async (capabilities) => {
      const unborn = capabilities.get("ls-refs")?.includes("unborn") === true;
      const bound = { bytes: this.#limits.maxRefsBytes, limit: "maxRefsBytes" };
      const packets: Packet[] = [];
      for await (const packet of decodePackets(this.#transport.command(encodeLsRefs(prefixes, unborn), bound, signal))) packets.push(packet);
      return parseRefs(packets);
    });
  }

  /** Fetches a pack. `receive` gets its bytes and is called once more when the first attempt failed early. */
  fetchPack<T>(request: FetchRequest, signal: AbortSignal, receive: (pack: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
    return this.#withCapabilities(signal, () => {
      // the frames add less than 1 %
      const bound = { bytes: Math.ceil(this.#limits.maxPackBytes * 1.01) + 65_536, limit: "maxPackBytes" };
      return receive(readPack(decodePackets(this.#transport.command(encodeFetch(request), bound, signal))));
    });
  }

  /** What failed with a remembered advertisement is tried once more with a new one: the server may have changed. */
  async #withCapabilities<T>(signal: AbortSignal, work: (capabilities: Capabilities) => Promise<T>): Promise<T> {
    const known = this.#known;
    if (known !== undefined && this.#clock.monotonic() < known.until) {
      try {
        return await work(known.capabilities);
      } catch (error) {
        if (signal.aborted || !(error instanceof ReconcileError) || !STALE_SIGNS.includes(error.code)) throw error;
      }
    }
    this.#known = undefined;
    const capabilities = await this.#transport.advertise(signal);
    const result = await work(capabilities);
    this.#known = { capabilities, until: this.#clock.monotonic() + ADVERTISEMENT_MS };
    return result;
  }
}
