import type { SetName } from "./cases.ts";
import { isMiss, type Verdict } from "./verdict.ts";

/** A case that we answer otherwise than kustomize, and know why. */
export interface KnownMiss {
  readonly set: SetName;
  readonly name: string;
  /** `Refused`: we refuse what kustomize builds. `Differs`: we build something else, or what kustomize refuses. */
  readonly kind: "Refused" | "Differs";
  /** For docs/parity.md, without a full stop. */
  readonly why: string;
}

const NO_API_VERSION = "an object has no apiVersion: no API server takes it";

/** Every case that is known to be answered otherwise. A test fails where one of them is answered alike, and where any other is not. */
export const KNOWN_MISSES: readonly KnownMiss[] = [
  { set: "trees", name: "fluxcd-kustomize-controller/internal/controller/testdata/invalid/overlay", kind: "Refused", why: NO_API_VERSION },
  { set: "krusty", name: "TestNamespaceNotAddedToValidatingAdmissionPolicies", kind: "Differs", why: "newer than 5.8.1, which gives them a namespace as we do" },
  { set: "krusty", name: "TestCustomOpenApiFieldFromComponentWithOverlays", kind: "Differs", why: "a custom openapi schema that is chosen after objects were merged adds to the built-in one in kustomize, before that it replaces it; here it always replaces it" },
  { set: "krusty", name: "TestTransfomersImageDefaultConfig", kind: "Refused", why: NO_API_VERSION },
  { set: "krusty", name: "TestTransfomersImageInvalidNameRegexp", kind: "Refused", why: "a name that is no regular expression: newer than 5.8.1, which crashes" },
];

/** The entry of a verdict, if it misses as the list says. */
export function knownMiss(verdict: Verdict): KnownMiss | undefined {
  const { given, agreement } = verdict;
  if (!isMiss(verdict) || agreement.kind === "Crashed") return undefined;
  const known = missOf(given);
  return known?.kind === (agreement.kind === "Refused" ? "Refused" : "Differs") ? known : undefined;
}

/** The entry of a case, if it has one. */
export const missOf = ({ set, name }: Pick<KnownMiss, "set" | "name">): KnownMiss | undefined => KNOWN_MISSES.find((known) => known.set === set && known.name === name);
