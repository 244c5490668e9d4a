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

/** The release that an Application's chart is installed as. */
export function releaseOf({ metadata, spec }: Application): { readonly name: string; readonly namespace: string } {
  return { name: spec.render?.helm?.releaseName ?? metadata.name, namespace: spec.defaultNamespace ?? metadata.namespace ?? "" };
}

/** How an Application's chart is rendered: as Helm would install it, once and for all, into the cluster. */
export function helmOptionsOf(app: Application, { valuesFrom, secret, now }: HelmGround): HelmOptions {
  const { metadata, spec } = app;
  return {
    spec: spec.render?.helm ?? {},
    release: releaseOf(app),
    valuesFrom,
    random: { secret, identity: metadata.uid ?? `${metadata.namespace ?? ""}/${metadata.name}` },
    clock: now.getTime(),
    asksCluster: true,
  };
}

/** What random values of charts are derived from: of the installation's key, which nobody sees. */
export function randomSecret(installationKey: Uint8Array): Uint8Array {
  return createHmac("sha256", installationKey).update("random values of charts").digest();
}
