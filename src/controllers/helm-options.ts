import { createHmac } from "node:crypto";
import type { HelmOptions, ValuesText } from "../../charts/helm-options.ts";
import type { Application } from "../api/application.ts";

/** What charts of an Application are rendered with, besides what it says itself. */
export interface HelmGround {
  /** What its `valuesFrom` gave. */
  readonly valuesFrom: readonly ValuesText[];
  /** See randomSecret. */
  readonly secret: Uint8Array;
  readonly now: Date;
}

/** How an Application's chart is rendered: as Helm would install it, once and for all, into the cluster. */
export function helmOptionsOf({ metadata, spec }: Application, { valuesFrom, secret, now }: HelmGround): HelmOptions {
  const { helm = {} } = spec.render ?? {};
  const namespace = metadata.namespace ?? "";
  return {
    spec: helm,
    release: { name: helm.releaseName ?? metadata.name, namespace: spec.defaultNamespace ?? namespace },
    valuesFrom,
    random: { secret, identity: metadata.uid ?? `${namespace}/${metadata.name}` },
    clock: now.getTime(),
    asksCluster: true,
  };
}

/** What random values of charts are derived from: of the installation's key, which nobody sees. */
export function randomSecret(installationKey: Uint8Array): Uint8Array {
  return createHmac("sha256", installationKey).update("random values of charts").digest();
}
