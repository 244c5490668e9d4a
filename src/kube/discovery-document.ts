/** Aggregated discovery (apidiscovery.k8s.io/v2, APIGroupDiscoveryList) → the kinds served. Does not contact the cluster. */
import { KubeApiError } from "../errors.ts";
import type { Json, JsonObject } from "../object/json.ts";
import { isJsonObject } from "../object/json.ts";
import type { ResourceKind } from "../ports.ts";

/** Content types asked for: v2 (1.30), and v2beta1 (1.27) of the same form. */
export const DISCOVERY_ACCEPT = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** One version of a group. `current` false: its own server does not answer, the kinds are what was last known of it. */
export interface GroupVersion {
  readonly version: string;
  readonly current: boolean;
  readonly kinds: readonly ResourceKind[];
}

/** The versions of each group, most preferred first; the core group is "". */
export type Groups = ReadonlyMap<string, readonly GroupVersion[]>;

/** Reads one document. Throws KubeApiError `DiscoveryUnsupported` where the server answered in another form. */
export function parseDiscovery(document: Json): Groups {
  if (!isJsonObject(document) || document["kind"] !== "APIGroupDiscoveryList") {
    throw new KubeApiError(0, "DiscoveryUnsupported", "the API server has no aggregated discovery: Kubernetes 1.27 or newer is needed");
  }
  return new Map(objects(document["items"]).map((item) => [groupName(item), versionsOf(groupName(item), item)]));
}

/** What is known after an answer: a version that is stale now keeps the kinds it was last seen with. */
export function mergeStale(known: Groups, answer: Groups): Groups {
  const merge = (group: string, version: GroupVersion): GroupVersion => {
    if (version.current || version.kinds.length > 0) return version;
    const before = known.get(group)?.find((candidate) => candidate.version === version.version);
    return before === undefined ? version : { ...before, current: false };
  };
  return new Map([...answer].map(([group, versions]) => [group, versions.map((version) => merge(group, version))]));
}

function versionsOf(group: string, item: JsonObject): GroupVersion[] {
  return objects(item["versions"]).map((entry) => {
    const version = text(entry["version"]);
    const kinds = objects(entry["resources"]).flatMap((resource) => kindOf(group, version, resource));
    return { version, current: entry["freshness"] !== "Stale", kinds };
  });
}

function kindOf(group: string, version: string, resource: JsonObject): ResourceKind[] {
  const responseKind = resource["responseKind"];
  const kind = isJsonObject(responseKind) ? text(responseKind["kind"]) : "";
  const plural = text(resource["resource"]);
  if (kind === "" || plural === "") return [];
  const subresources = objects(resource["subresources"]).map((sub) => text(sub["subresource"]));
  return [{ group, version, kind, plural, namespaced: resource["scope"] === "Namespaced", verbs: texts(resource["verbs"]), subresources }];
}

function groupName(item: JsonObject): string {
  const metadata = item["metadata"];
  return isJsonObject(metadata) ? text(metadata["name"]) : "";
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((entry) => isJsonObject(entry)) : [];
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry: Json) => typeof entry === "string") : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
