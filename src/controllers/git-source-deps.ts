import type { GitRepositories } from "../../sources/git/git-source.ts";
import type { GitSource } from "../api/git-source.ts";
import type { NamespacedName } from "../api/meta.ts";
import type { IdentityLimiters } from "../kube/identity-limiters.ts";
import type { ClusterClient, Clock, EventRecorder, Logger } from "../ports.ts";
import type { Metrics } from "../server/metrics.ts";
import type { Artifacts } from "./artifacts.ts";
import type { ResourceStore } from "./resource-store.ts";
import type { WebhookRoutes } from "./webhook-routes.ts";

/** What the GitSource controller needs from its surroundings. */
export interface GitSourceDeps {
  readonly cluster: ClusterClient;
  readonly repositories: Pick<GitRepositories, "lookUp" | "fetch" | "open" | "retain">;
  /** Bounds what is fetched at the same time, by namespace. */
  readonly fetches: IdentityLimiters;
  readonly artifacts: Artifacts;
  readonly webhooks: WebhookRoutes;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly sources: Pick<ResourceStore<GitSource>, "get" | "note" | "values">;
}

/** Where a source is. */
export const placeOf = ({ metadata }: GitSource): NamespacedName => ({ namespace: metadata.namespace ?? "", name: metadata.name });
