import type { KubeObject } from "../../src/object/kube-object.ts";
import { isJsonObject } from "../../src/object/json.ts";
import type { ClusterView } from "../../src/cli/up/cluster-view.ts";

/** Resolves when the second client has seen this value in all these ConfigMaps. */
export async function allShow(view: ClusterView, names: readonly string[], value: string, signal: AbortSignal, deadlineMs = 60_000): Promise<void> {
  let from = 0; // those before are known to show it
  await view.until(
    `${names.length} objects with "${value}"`,
    (view) => {
      while (from < names.length && valueOf(view.get("ConfigMap", names[from] ?? "")) === value) from += 1;
      return from === names.length ? true : undefined;
    },
    signal,
    deadlineMs,
  );
}

/** `data.value` of a ConfigMap. */
export function valueOf(object: KubeObject | undefined): unknown {
  const data = object?.["data"];
  return isJsonObject(data) ? data["value"] : undefined;
}
