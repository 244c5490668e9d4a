import type { HelmVersion } from "./input.ts";

/** A Helm whose rules are followed. */
export interface HelmRelease {
  /** What `.Capabilities.HelmVersion` tells. `kubeClientVersion`: undefined where Helm has no such field. */
  readonly version: string;
  readonly goVersion: string;
  readonly kubeClientVersion: string | undefined;
  /** Go package of values and capabilities, as `typeOf` shows it. */
  readonly package: "common" | "chartutil";
}

/** The Helms whose rules are followed. */
export const HELM_RELEASES: Readonly<Record<HelmVersion, HelmRelease>> = {
  v4: { version: "v4.3.1", goVersion: "go1.26.8", kubeClientVersion: "v1.37", package: "common" },
  v3: { version: "v3.22.0", goVersion: "go1.26.8", kubeClientVersion: undefined, package: "chartutil" },
};
