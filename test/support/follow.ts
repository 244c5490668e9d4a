import type { ClusterView } from "../../src/cli/up/cluster-view.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";

/** What a view saw of some objects, version by version. */
export interface Followed {
  /** In the order of events; versions of different kinds are put in order by `versionOf`. */
  readonly seen: readonly KubeObject[];
  stop(): void;
}

/** Takes down every version of these objects from now on, the present ones included. */
export function follow(view: ClusterView, objects: readonly { readonly kind: string; readonly name: string }[]): Followed {
  const seen: KubeObject[] = [];
  const last = new Map<string, string>();
  const end = new AbortController();
  const look = (): undefined => {
    for (const { kind, name } of objects) {
      const object = view.get(kind, name);
      const version = object?.metadata.resourceVersion ?? "";
      if (object === undefined || last.get(`${kind}/${name}`) === version) continue;
      last.set(`${kind}/${name}`, version);
      seen.push(object);
    }
    return undefined;
  };
  view.until("the end of the test", look, end.signal, 120_000).catch(() => undefined); // it is ended, not answered
  return { seen, stop: () => end.abort(new Error("stopped")) };
}

/** Versions of one API server are numbered in one series, whatever the kind. */
export const versionOf = (object: KubeObject | undefined): number => Number(object?.metadata.resourceVersion);
