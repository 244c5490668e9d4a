import { summarize } from "../../../drift/summary.ts";
import type { DriftReport } from "../../api/drift-report.ts";
import { valueAt } from "../../object/json.ts";
import type { Json } from "../../object/json.ts";
import { asJson } from "../../object/kube-object.ts";
import type { KubeObject } from "../../object/kube-object.ts";
import type { Cluster } from "./environment.ts";
import type { Narrator } from "./narrator.ts";

/** One thing that somebody does by hand, and how to see that it is undone. */
export interface HandEdit {
  readonly title: string;
  /** Arguments of kubectl. */
  readonly command: readonly string[];
  readonly kind: string;
  readonly name: string;
  /** Whether the object (undefined: absent) shows the edit. */
  readonly isEdited: (object: KubeObject | undefined) => boolean;
}

const CONTAINER = ["spec", "template", "spec", "containers", 0];

const at = (object: KubeObject | undefined, ...path: (string | number)[]): Json | undefined => (object === undefined ? undefined : valueAt(asJson(object), path));

/** What goes wrong in the example shop at three in the morning. */
export const shopEdits: readonly HandEdit[] = [
  {
    title: "another image",
    command: ["set", "image", "deployment/web", "web=registry.example.com/shop/web:hotfix"],
    kind: "Deployment",
    name: "web",
    isEdited: (object) => at(object, ...CONTAINER, "image") === "registry.example.com/shop/web:hotfix",
  },
  {
    title: "more replicas",
    command: ["scale", "deployment/cart", "--replicas=5"],
    kind: "Deployment",
    name: "cart",
    isEdited: (object) => at(object, "spec", "replicas") === 5,
  },
  {
    title: "a variable that nobody asked for",
    command: ["set", "env", "deployment/catalog", "DEBUG=everything"],
    kind: "Deployment",
    name: "catalog",
    isEdited: (object) => JSON.stringify(at(object, ...CONTAINER, "env") ?? []).includes("DEBUG"),
  },
  {
    title: "a deleted Service",
    command: ["delete", "service/checkout"],
    kind: "Service",
    name: "checkout",
    isEdited: (object) => object === undefined,
  },
];

/** Does one edit as somebody of the team, else as the administrator, waits until a second client sees it undone, and tells who it was. */
export async function editAndWatch(edit: HandEdit, namespace: string, cluster: Cluster, narrator: Narrator, signal: AbortSignal): Promise<void> {
  const { view, person } = cluster;
  const kubectl = person?.kubectl ?? cluster.kubectl;
  const live = (): KubeObject | undefined => view.get(edit.kind, edit.name);
  const before = view.get("DriftReport", "shop") as DriftReport | undefined; // the API server has validated it
  const told = before?.status?.revertedTotal ?? 0;
  narrator.command(`kubectl -n ${namespace} ${edit.command.join(" ")}${person === undefined ? "" : `   # ${person.name}`}`);
  const edited = view.until(`${edit.title} live`, () => (edit.isEdited(live()) ? performance.now() : undefined), signal);
  const [since] = await Promise.all([edited, kubectl("-n", namespace, ...edit.command)]);
  const until = await view.until(`${edit.title} undone`, () => (edit.isEdited(live()) ? undefined : performance.now()), signal);
  const report = await view.until(
    "the DriftReport names it",
    () => {
      const now = view.get("DriftReport", "shop") as DriftReport | undefined; // see above
      const hasName = cluster.audit === undefined || now?.status?.reverted?.[0]?.user !== undefined; // the audit event may come after the report
      return (now?.status?.revertedTotal ?? 0) > told && hasName ? now : undefined;
    },
    signal,
  );
  const [finding] = report.status?.reverted ?? [];
  narrator.saw(finding === undefined ? "reverted" : `reverted ${summarize(finding, new Date(finding.detectedAt))}`);
  narrator.saw("back as the source wants it", until - since);
}
