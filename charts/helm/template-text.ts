import { trimSpace } from "./split-manifests.ts";
import type { HelmOutput } from "./output.ts";

/** Flags of `helm template` that choose what it prints. */
export interface TextOptions {
  /** Default false. */
  readonly includeCrds?: boolean | undefined;
  /** Default false. */
  readonly noHooks?: boolean | undefined;
  /** Default false. */
  readonly skipTests?: boolean | undefined;
}

/** What `helm template` prints, byte for byte. */
export function templateText({ crds, manifests, hooks }: HelmOutput, { includeCrds = false, noHooks = false, skipTests = false }: TextOptions = {}): string {
  const main = [...(includeCrds ? crds : []), ...manifests].flatMap(section).join("");
  const rest = noHooks ? [] : hooks.filter(({ events }) => !skipTests || !events.includes("test"));
  return `${trimSpace(main)}\n${rest.flatMap(section).join("")}`;
}

/** Pieces, for a text that is put together once. */
const section = ({ source, text }: { readonly source: string; readonly text: string }): string[] => ["---\n# Source: ", source, "\n", text, "\n"];
