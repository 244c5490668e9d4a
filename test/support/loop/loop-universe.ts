/** The objects that commits of a loop test are made of: each in several variants, by number. */
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectKey } from "../../../src/object/object-id.ts";
import { keyOf } from "../../../src/object/object-id.ts";

/** Must be nowhere but in Secrets. */
export const CANARY = "loop-canary-5f1d";
/** Data, variables and annotations of this name were put there by hand. */
export const BY_HAND = "by-hand";

/** An object that Git may hold. `needs`: the number of another one without which it cannot be. */
export interface Item {
  readonly make: (variant: number) => KubeObject;
  readonly needs?: number;
}

const config = (namespace: string, name: string) => (variant: number): KubeObject => ({
  apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels: { app: name } },
  data: { variant: `${variant}`, fixed: "yes", ...(variant % 2 === 1 ? { odd: "yes" } : {}) },
});

const secret = (variant: number): KubeObject => ({
  apiVersion: "v1", kind: "Secret", metadata: { name: "secret", namespace: "one" }, type: "Opaque", data: { token: Buffer.from(`${CANARY}-${variant}`).toString("base64") },
});

const deployment = (variant: number): KubeObject => ({
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "one" },
  spec: {
    replicas: 2, selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: `web:${variant}`, env: [{ name: "VARIANT", value: `${variant}` }], ports: [{ containerPort: 80 }] }] },
    },
  },
});

const service = (variant: number): KubeObject => ({
  apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "one" }, spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 + variant, targetPort: 80 }] },
});

const namespace = (): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: "dyn" } });

const definition = (): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "things.example.com" },
  spec: {
    group: "example.com", scope: "Namespaced", names: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } } } }],
  },
});

const thing = (variant: number): KubeObject => ({ apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "thing", namespace: "one" }, spec: { size: variant } });

const account = (variant: number): KubeObject => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot", namespace: "two", annotations: { variant: `${variant}` } } });

const claim = (): KubeObject => ({
  apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "disk", namespace: "two" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
});

/** All of them. */
export const ITEMS: readonly Item[] = [
  { make: config("one", "a") },
  { make: config("one", "b") },
  { make: config("one", "c") },
  { make: config("two", "d") },
  { make: secret },
  { make: deployment },
  { make: service },
  { make: namespace },
  { make: config("dyn", "inside"), needs: 7 },
  { make: definition },
  { make: thing, needs: 9 },
  { make: account },
  { make: claim },
  { make: config("two", "e") },
];

/** The keys of the items, in their order. */
export const ITEM_KEYS: readonly ObjectKey[] = ITEMS.map(({ make }) => keyOf(make(0)));

/** What one commit wants: variant by item number. */
export type Wanted = ReadonlyMap<number, number>;

/** A commit: content, or what makes it none. */
export interface CommitContent {
  readonly wanted: Wanted;
  /** A file that cannot be read beside the others, or no file at all. */
  readonly flaw: "None" | "Broken" | "Empty";
}

/** The files of a commit, below a folder (`apps/`; default: at the root). */
export function filesOf({ wanted, flaw }: CommitContent, folder = ""): Readonly<Record<string, string>> {
  if (flaw === "Empty") return { [`${folder}README.md`]: "nothing here" };
  const files: Record<string, string> = flaw === "Broken" ? { [`${folder}broken.yaml`]: "a: b: c\n  - [" } : { [`${folder}README.md`]: "a test" };
  for (const [item, variant] of wanted) files[`${folder}item-${item}.yaml`] = JSON.stringify(ITEMS[item]?.make(variant));
  return files;
}
