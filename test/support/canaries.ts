import { gunzipSync } from "node:zlib";
import type { Cluster } from "../../src/cli/up/environment.ts";
import { GROUP, VERSION } from "../../src/api/group.ts";
import { LAST_GOOD_TYPE } from "../../reconciler/last-good-secret.ts";
import { asJson } from "../../src/object/kube-object.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import type { ResourceKind } from "../../src/ports.ts";
import { leaks } from "./status-linter.ts";

/** Kinds that tell what the operator did, besides Secrets and its own output. */
const TELLING: readonly Pick<ResourceKind, "group" | "version" | "plural">[] = [
  ...["gitsources", "applications", "releases", "driftreports", "notifiers"].map((plural) => ({ group: GROUP, version: VERSION, plural })),
  { group: "events.k8s.io", version: "v1", plural: "events" },
];

/** What the operator left in a namespace that holds the value of a Secret, by name; the Secrets of Git themselves left out. */
export async function leakingObjects(cluster: Cluster, namespace: string): Promise<string[]> {
  const told = await Promise.all(TELLING.map(async (kind) => (await list(cluster, namespace, kind)).map((object) => ({ name: `${kind.plural} ${object.metadata.name}`, text: JSON.stringify(object) }))));
  const kept = (await lastGoodTexts(cluster, namespace)).map(({ name, text }) => ({ name, text: text.split("\n").map(withoutSubstituted).join("\n") }));
  return [...told.flat(), ...kept].filter(({ text }) => leaks(text)).map(({ name }) => name);
}

/** What a substitution put into an object that is no Secret may be kept with it, as long as it is listed as what it is (ADR 28). */
function withoutSubstituted(line: string): string {
  if (!line.startsWith("{")) return line;
  const { secrets = [], ...rest } = JSON.parse(line) as { readonly secrets?: readonly string[] }; // a line of reconciler/last-good.ts
  return secrets.reduce((text, value) => text.replaceAll(value, ""), JSON.stringify(rest));
}

/** The last good content that is stored in a namespace, unpacked: one text for each Application. */
export async function lastGoodTexts(cluster: Cluster, namespace: string): Promise<{ readonly name: string; readonly text: string }[]> {
  const secrets = (await list(cluster, namespace, { group: "", version: "v1", plural: "secrets" })).filter((secret) => secret["type"] === LAST_GOOD_TYPE);
  return secrets.map((secret) => ({ name: `last good content ${secret.metadata.name}`, text: `${JSON.stringify(secret.metadata)}\n${unpacked(secret)}` }));
}

/** Content of tests fits into one Secret each. */
function unpacked(secret: KubeObject): string {
  const data = asJson(secret)["data"] as Readonly<Record<string, string>> | undefined; // a Secret's data
  return Object.values(data ?? {}).map((value) => gunzipSync(Buffer.from(value, "base64")).toString("utf8")).join("\n");
}

async function list({ client }: Cluster, namespace: string, kind: Pick<ResourceKind, "group" | "version" | "plural">): Promise<readonly KubeObject[]> {
  return (await client.list({ ...kind, kind: "", namespaced: true, verbs: ["list"], subresources: [] }, { namespace })).items;
}
