import type { KindRecord } from "../../drift/audit-join.ts";
import type { AuditRecord } from "../../drift/audit-record.ts";
import { messageOf } from "../errors.ts";
import { isJsonObject, valueAt } from "../object/json.ts";
import type { ClusterClient, Clock, Logger } from "../ports.ts";

/** What is needed to tell kinds and our own requests. */
export interface AuditResourcesDeps {
  readonly cluster: Pick<ClusterClient, "kinds" | "create">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ownUser: string;
  readonly signal: AbortSignal;
}

/** Nobody may make us read the discovery again and again with names of resources that are not served. */
const REFRESH_MS = 30_000;
const PROGRAM = "driftless/";

/** Sorts requests: which kind of object each is about, and which are our own. Asks the server when the first ones come. */
export class AuditResources {
  readonly #deps: AuditResourcesDeps;
  #kinds = new Map<string, string>();
  #readAt: number | undefined;
  #own: string | undefined;

  constructor(deps: AuditResourcesDeps) {
    this.#deps = deps;
  }

  /** The requests of others, about kinds that are served. */
  async sort(records: readonly AuditRecord[]): Promise<readonly KindRecord[]> {
    const own = (this.#own ??= await this.#askOwnUser());
    const others = records.filter((record) => !isOwn(record, own));
    if (others.some((record) => this.#kindOf(record) === undefined)) await this.#refresh();
    return others.flatMap((record): KindRecord[] => {
      const kind = this.#kindOf(record);
      return kind === undefined ? [] : [{ ...record, kind }];
    });
  }

  #kindOf({ group, resource }: AuditRecord): string | undefined {
    return this.#kinds.get(`${group}/${resource}`);
  }

  async #refresh(): Promise<void> {
    const { cluster, clock, logger, signal } = this.#deps;
    if (this.#readAt !== undefined && clock.monotonic() - this.#readAt < REFRESH_MS) return;
    this.#readAt = clock.monotonic();
    try {
      const kinds = await cluster.kinds(signal);
      this.#kinds = new Map(kinds.map(({ group, plural, kind }) => [`${group}/${plural}`, kind]));
    } catch (error) {
      logger.warn({ cause: messageOf(error) }, "which kinds are served could not be read: audit events are kept for those that are known");
    }
  }

  /** Who the server takes us to be (SelfSubjectReview); it stores nothing. */
  async #askOwnUser(): Promise<string> {
    const { cluster, ownUser, signal } = this.#deps;
    try {
      const review = await cluster.create({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: { name: "" } }, { signal });
      const status = review["status"];
      const name = isJsonObject(status) ? valueAt(status, ["userInfo", "username"]) : undefined;
      return typeof name === "string" && name !== "" ? name : ownUser;
    } catch {
      return ownUser; // an older server, or one that does not let us
    }
  }
}

/** Whoever else has our identity (an administrator's kubeconfig on a laptop) is told by the program. */
function isOwn({ user, impersonator, userAgent }: AuditRecord, own: string): boolean {
  if ((impersonator ?? user) !== own) return false;
  return own.startsWith("system:serviceaccount:") || userAgent.startsWith(PROGRAM);
}
