/** Who changes what, with what: the edits that attribution is measured on. Each has an object of its own. */
import type { DriftActor } from "../../../src/api/drift-report.ts";
import type { JsonObject } from "../../../src/object/json.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ObjectRef } from "../../../src/ports.ts";
import type { EditHands } from "./author-hands.ts";

/** What an edit is done to. */
export type EditedKind = "Deployment" | "ConfigMap" | "Service" | "Secret" | "Role" | "RoleBinding";

/** One scripted change and who made it. */
export interface Edit {
  readonly title: string;
  /** The truth. */
  readonly actor: DriftActor;
  /** The truth: the API server's name of whoever made the request. */
  readonly user: string;
  readonly kind: EditedKind;
  /** It is no drift: nothing is to be reported. Default false. */
  readonly isNone?: boolean;
  readonly run: (name: string, hands: EditHands) => Promise<unknown>;
}

export const ALICE = "alice@example.com";
export const BOB = "bob@example.com";
export const CAROL = "carol";
/** Acted for by an administrator. */
export const DAVE = "dave@example.com";
export const ADMIN = "root@example.com";
const PEOPLE = [ALICE, BOB, CAROL];
const account = (name: string, namespace = "kube-system"): string => `system:serviceaccount:${namespace}:${name}`;
const CI = account("ci", "build");

/** Reference to an object of a kind in the namespace. */
export function refOf(kind: EditedKind, namespace: string, name: string): ObjectRef {
  const apiVersion = kind === "Deployment" ? "apps/v1" : kind.startsWith("Role") ? "rbac.authorization.k8s.io/v1" : "v1";
  return { apiVersion, kind, namespace, name };
}

type Command = (name: string) => readonly string[];

/** kubectl by a person with a certificate. */
const kubectl = (title: string, user: string, kind: EditedKind, command: Command, rest: Partial<Edit> = {}): Edit => ({
  title: `kubectl ${title}`, actor: "Person", user, kind, run: (name, hands) => hands.kubectl(user, ...command(name)), ...rest,
});

/** kubectl that an administrator runs as somebody else. */
const onBehalf = (title: string, kind: EditedKind, command: Command): Edit => ({
  title: `kubectl --as ${title}`, actor: "Person", user: `${DAVE} (impersonated by ${ADMIN})`, kind,
  run: (name, hands) => hands.kubectl(ADMIN, `--as=${DAVE}`, "--as-group=system:masters", ...command(name)),
});

/** `kubectl edit` with an editor that replaces one text by another. */
const edited = (user: string, kind: EditedKind, from: string, to: string): Edit => ({
  title: `kubectl edit ${kind}`, actor: "Person", user, kind, run: (name, hands) => hands.edit(user, `${kind}/${name}`, from, to),
});

/** A manifest with one change, sent by a command of kubectl. */
const fromFile = (title: string, user: string, kind: EditedKind, args: readonly string[], change: (object: KubeObject) => KubeObject): Edit => ({
  title: `kubectl ${title}`, actor: "Person", user, kind, run: (name, hands) => hands.withFile(user, args, kind, name, change),
});

/** Any other program over HTTP. */
interface Program {
  readonly userAgent: string;
  readonly actor: DriftActor;
  readonly user: string;
  readonly manager?: string;
}

const merging = (program: Program, kind: EditedKind, body: JsonObject, subresource?: string): Edit => ({
  title: `${program.userAgent.split("/")[0]} merge patch${subresource === undefined ? "" : ` of ${subresource}`}`, actor: program.actor, user: program.user, kind,
  run: (name, hands) => hands.patch(program, refOf(kind, hands.namespace, name), body, subresource),
});

const applying = (program: Program & { readonly manager: string }, kind: EditedKind, content: JsonObject): Edit => ({
  title: `${program.manager} server-side apply`, actor: program.actor, user: program.user, kind,
  run: (name, hands) => hands.apply(program, { apiVersion: refOf(kind, hands.namespace, name).apiVersion, kind, metadata: { name, namespace: hands.namespace }, ...content }, program.manager),
});

const go = (name: string): string => `${name}/v1.4.2 (linux/amd64) kubernetes/$Format`;
const controller = (name: string, manager?: string): Program => ({ userAgent: go(name), actor: "Controller", user: account(name), ...(manager === undefined ? {} : { manager }) });
const tool = (userAgent: string, user: string, manager?: string): Program => ({ userAgent, actor: "Person", user, ...(manager === undefined ? {} : { manager }) });
const HPA_AGENT = "kube-controller-manager/v1.36.3 (linux/amd64) kubernetes/$Format/system:serviceaccount:kube-system:horizontal-pod-autoscaler";

const DATA = { data: { value: "changed" } };
const withValue = (object: KubeObject): KubeObject => ({ ...object, data: { value: "changed", more: "two" } });
const json = (value: unknown): string => JSON.stringify(value);
const image = (tag: string): JsonObject => ({ spec: { template: { spec: { containers: [{ name: "main", image: `registry.example.com/main:${tag}` }] } } } });

const byPeople: readonly Edit[] = PEOPLE.flatMap((user, index) => [
  kubectl("scale", user, "Deployment", (name) => ["scale", `deployment/${name}`, `--replicas=${index + 2}`]),
  kubectl("set image", user, "Deployment", (name) => ["set", "image", `deployment/${name}`, `main=registry.example.com/main:hot${index}`]),
  kubectl("set env", user, "Deployment", (name) => ["set", "env", `deployment/${name}`, "DEBUG=all"]),
  kubectl("set resources", user, "Deployment", (name) => ["set", "resources", `deployment/${name}`, "--limits=cpu=900m"]),
  kubectl("patch --type=strategic", user, "Deployment", (name) => ["patch", `deployment/${name}`, "-p", json(image("strategic"))]),
  kubectl("patch --type=merge", user, "ConfigMap", (name) => ["patch", `configmap/${name}`, "--type=merge", "-p", json(DATA)]),
  kubectl("patch --type=json", user, "Service", (name) => ["patch", `service/${name}`, "--type=json", "-p", json([{ op: "replace", path: "/spec/ports/0/targetPort", value: 9999 }])]),
  kubectl("label", user, "Deployment", (name) => ["label", `deployment/${name}`, "owner=me"]),
  kubectl("annotate --overwrite", user, "ConfigMap", (name) => ["annotate", `configmap/${name}`, "--overwrite", "team=other"]),
  edited(user, "Deployment", "main:1", "main:edited"),
  edited(user, "ConfigMap", "value: one", "value: edited"),
  fromFile("apply", user, "ConfigMap", ["apply"], withValue),
  fromFile("apply --server-side", user, "ConfigMap", ["apply", "--server-side", "--force-conflicts"], withValue),
  fromFile("replace", user, "ConfigMap", ["replace"], withValue),
]);

const byPeopleOnce: readonly Edit[] = [
  kubectl("set env of what is there", ALICE, "Deployment", (name) => ["set", "env", `deployment/${name}`, "LEVEL=debug"]),
  kubectl("set serviceaccount", BOB, "Deployment", (name) => ["set", "serviceaccount", `deployment/${name}`, "default"]),
  kubectl("set selector", CAROL, "Service", (name) => ["set", "selector", `service/${name}`, "app=other"]),
  kubectl("set subject", ALICE, "RoleBinding", (name) => ["set", "subject", `rolebinding/${name}`, "--user=eve"]),
  kubectl("patch of a Role", BOB, "Role", (name) => ["patch", `role/${name}`, "--type=json", "-p", json([{ op: "add", path: "/rules/0/verbs/-", value: "delete" }])]),
  kubectl("patch of a Secret", CAROL, "Secret", (name) => ["patch", `secret/${name}`, "-p", json({ stringData: { password: "changed" } })]),
  kubectl("patch --subresource=scale", ALICE, "Deployment", (name) => ["patch", `deployment/${name}`, "--subresource=scale", "--type=merge", "-p", json({ spec: { replicas: 6 } })]),
  kubectl("rollout pause", BOB, "Deployment", (name) => ["rollout", "pause", `deployment/${name}`]),
  kubectl("rollout restart", CAROL, "Deployment", (name) => ["rollout", "restart", `deployment/${name}`], { isNone: true }),
  kubectl("delete", BOB, "ConfigMap", (name) => ["delete", `configmap/${name}`]),
  kubectl("delete", ALICE, "Deployment", (name) => ["delete", `deployment/${name}`]),
  kubectl("label, taken away", CAROL, "Deployment", (name) => ["label", `deployment/${name}`, "tier-"]),
  fromFile("apply --server-side --field-manager=platform-team", ALICE, "ConfigMap", ["apply", "--server-side", "--force-conflicts", "--field-manager=platform-team"], withValue),
  onBehalf("scale", "Deployment", (name) => ["scale", `deployment/${name}`, "--replicas=7"]),
  onBehalf("annotate", "ConfigMap", (name) => ["annotate", `configmap/${name}`, "note=mine"]),
  merging(tool("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/138.0", ALICE), "ConfigMap", DATA),
  merging(tool("Lens/2026.1.1", BOB), "Deployment", { metadata: { annotations: { team: "lens" } } }),
  merging(tool(go("k9s"), CAROL), "Deployment", { spec: { replicas: 4 } }, "scale"),
  merging(tool("Headlamp/0.31 (linux/x64)", ALICE), "Service", { spec: { selector: { app: "head" } } }),
  merging(tool("curl/8.14.1", BOB), "ConfigMap", DATA),
  merging(tool("python-requests/2.32.4", CAROL), "ConfigMap", DATA),
  merging(tool(go("oc"), ALICE), "Deployment", { spec: { replicas: 3 } }),
  merging(tool("Helm/4.1.0", BOB, "helm"), "ConfigMap", DATA),
  merging(tool("HashiCorp/1.0 Terraform/1.13.1", CI, "Terraform"), "ConfigMap", DATA),
  merging(tool(go("pulumi-kubernetes"), CI), "ConfigMap", DATA),
  { ...kubectl("set image in a pipeline", CI, "Deployment", (name) => ["set", "image", `deployment/${name}`, "main=registry.example.com/main:ci"]) },
];

const byMachines: readonly Edit[] = [
  merging(controller("manager"), "ConfigMap", DATA),
  merging(controller("shop-operator"), "Deployment", { spec: { replicas: 5 } }),
  merging(controller("kube-controller-manager"), "Service", { spec: { selector: { app: "kcm" } } }),
  merging(controller("external-secrets"), "Secret", { stringData: { password: "rotated" } }),
  merging(controller("cert-manager-cainjector"), "ConfigMap", DATA),
  merging(controller("tekton-pipelines-controller"), "ConfigMap", DATA),
  merging(controller("rancher"), "Deployment", { metadata: { annotations: { team: "rancher" } } }),
  merging(controller("fleet-agent"), "ConfigMap", DATA),
  merging({ ...controller("kwok-controller"), user: "kwok" }, "ConfigMap", DATA),
  applying({ ...controller("argocd-application-controller"), manager: "argocd-controller" }, "ConfigMap", DATA),
  applying({ ...controller("kustomize-controller"), manager: "kustomize-controller" }, "ConfigMap", DATA),
  merging({ userAgent: HPA_AGENT, actor: "Autoscaler", user: account("horizontal-pod-autoscaler") }, "Deployment", { spec: { replicas: 8 } }, "scale"),
  merging({ userAgent: go("keda"), actor: "Autoscaler", user: account("keda-operator", "keda") }, "Deployment", { spec: { replicas: 9 } }, "scale"),
  merging({ userAgent: go("cluster-autoscaler"), actor: "Autoscaler", user: account("cluster-autoscaler") }, "ConfigMap", DATA),
  merging({ userAgent: go("acme-sidecar-injector"), actor: "Webhook", user: account("acme-sidecar-injector", "acme") }, "Deployment", { metadata: { annotations: { team: "mesh" } } }),
  {
    title: "kubectl autoscale, and the real autoscaler", actor: "Autoscaler", user: account("horizontal-pod-autoscaler"), kind: "Deployment",
    run: (name, hands) => hands.kubectl(ALICE, "autoscale", `deployment/${name}`, "--min=3", "--max=5", "--cpu=80%"),
  },
];

/** All of them, the slowest first: the real autoscaler takes its time. */
export const authorEdits: readonly Edit[] = [...byMachines.toReversed(), ...byPeople, ...byPeopleOnce];

/** Everybody with a certificate. */
export const authorUsers: readonly string[] = [...new Set([...PEOPLE, ADMIN, CI])];
