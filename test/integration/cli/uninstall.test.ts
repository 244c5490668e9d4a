import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { API_VERSION, FINALIZER, PART_OF_LABEL } from "../../../src/api/group.ts";
import { runCli } from "../../../src/cli/index.ts";
import { installManifests } from "../../../src/cli/install/manifests.ts";
import { DEFAULT_NAMESPACE, SELECTOR_LABELS } from "../../../src/cli/install/names.ts";
import type { Cluster } from "../../../src/cli/up/environment.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import type { ControlPlane } from "../../../src/sandbox/control-plane.ts";
import { startGitServer } from "../../../src/sandbox/git-server.ts";
import { pollUntil } from "../../../src/sandbox/poll.ts";
import { faultsLeftBehind } from "../../support/left-behind.ts";
import { service } from "../../support/manifests.ts";
import { startOperatorChild } from "../../support/operator-child.ts";
import type { OperatorChild } from "../../support/operator-child.ts";
import { startEmptyPlane } from "../../support/own-plane.ts";
import { driftless } from "../../support/run-cli.ts";
import { runShell } from "../../support/run-shell.ts";
import { Tenant } from "../../support/tenant.ts";

/** These tests remove the definitions of our kinds: that is not for the control plane that all tests share. */
const stack = new AsyncDisposableStack();
const manifests = installManifests({ namespace: DEFAULT_NAMESPACE, image: "driftless:test", tenants: [] });
const definitions = manifests.filter(({ kind }) => kind === "CustomResourceDefinition");
let plane: ControlPlane;
let cluster: Cluster;
let operatorConfig: string;

beforeAll(async () => {
  ({ plane, cluster, kubeconfig: operatorConfig } = await startEmptyPlane(stack));
});
afterAll(() => stack.disposeAsync());

async function installEverything(): Promise<void> {
  for (const object of manifests) await cluster.client.apply(object, { fieldManager: "test", force: true });
  await pollUntil({ what: "our kinds are served", deadlineMs: 20_000, probe: areKindsServed });
}

async function areKindsServed(): Promise<boolean> {
  await cluster.client.refreshKinds();
  const kinds = await Promise.all(["GitSource", "Application", "Release", "DriftReport"].map((kind) => cluster.client.kindOf(API_VERSION, kind)));
  return kinds.every((kind) => kind !== undefined);
}

async function startOperator(name: string): Promise<OperatorChild> {
  const operator = startOperatorChild(operatorConfig, join(cluster.dir, name));
  await operator.says("operator started");
  return operator;
}

async function openShop(operator: OperatorChild): Promise<Tenant> {
  const server = await startGitServer();
  onTestFinished(() => server.stop());
  const shop = await Tenant.open(cluster, (name) => server.createRepo(name), { "a.yaml": service("a") }, { role: "cluster-admin" }); // the other roles are put together by controllers, which do not run here
  onTestFinished(() => shop.view.stop());
  await shop.ready();
  expect(shop.app?.metadata.finalizers).toContain(FINALIZER);
  expect(await faultsLeftBehind(shop, operator)).toEqual([]);
  return shop;
}

const live = ({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Promise<KubeObject | undefined> =>
  cluster.client.get({ apiVersion, kind, name, namespace }, { metadataOnly: true });

/** Names of what is there of these. */
async function namesOf(objects: readonly KubeObject[]): Promise<string[]> {
  const found = await Promise.all(objects.map(live));
  return objects.filter((_, index) => found[index] !== undefined).map(({ kind, metadata: { name } }) => `${kind} ${name}`);
}

const uninstall = (...args: readonly string[]) => driftless("uninstall", "--kubeconfig", plane.kubeconfigPath, ...args);

test("an operator that starts when its definitions are already going lets every Application go and deletes nothing", async () => {
  await installEverything();
  const first = await startOperator("first");
  const shop = await openShop(first);
  first.process.kill("SIGKILL");
  await first.ended;
  for (const { apiVersion, kind, metadata: { name } } of definitions) await cluster.client.delete({ apiVersion, kind, name }, { propagationPolicy: "Background" });
  await pollUntil({ what: "only the Applications are left, held by their finalizer", deadlineMs: 20_000, probe: async () => (await namesOf(definitions)).join() === "CustomResourceDefinition applications.driftless.dev" });
  await startOperator("second");
  await pollUntil({ what: "the definitions are gone", deadlineMs: 20_000, probe: async () => (await namesOf(definitions)).length === 0 });
  expect((await shop.live("v1", "Service", "a"))?.metadata.labels).toHaveProperty([PART_OF_LABEL]);
});

test("driftless uninstall tells what it would do, does it beside an operator that nobody can stop, and leaves what was deployed", async () => {
  await installEverything();
  const shop = await openShop(await startOperator("third"));
  await cluster.client.patch(shop.ref("GitSource"), { metadata: { finalizers: ["example.com/keep"] } }, { type: "merge" });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "stuck", namespace: DEFAULT_NAMESPACE, labels: SELECTOR_LABELS }, spec: { automountServiceAccountToken: false, containers: [{ name: "operator", image: "none" }] } };
  await cluster.client.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: DEFAULT_NAMESPACE } }, { fieldManager: "test" });
  await cluster.client.apply({ ...pod, spec: { ...pod.spec, ...restricted } }, { fieldManager: "test" });
  const everything = await namesOf(manifests);
  const spec = shop.app?.spec;

  const told = await uninstall();
  expect({ code: told.code, err: told.err }).toEqual({ code: 2, err: "" });
  expect(told.out).toContain("let go of 1 Application");
  expect(told.out).toContain(`Role ${shop.namespace}/driftless-as-deployer`);
  const [backup] = /kubectl get .* > driftless\.yaml/.exec(told.out) ?? ["no command"];
  await runShell(asAdmin(backup));
  expect(told.out).toContain(`1 object of Application ${shop.namespace}/app, labelled ${PART_OF_LABEL}=applyset-`);
  const asked: string[] = [];
  const refused = await runCli(["uninstall", "--kubeconfig", plane.kubeconfigPath], {
    stdout: { write: () => undefined }, stderr: { write: () => undefined }, env: {}, signal: new AbortController().signal,
    ask: (question) => Promise.resolve(asked.push(question) === 1 ? "n" : "y"),
  });
  expect({ refused, asked }).toEqual({ refused: 2, asked: ["\nGo on? [y/N] "] });
  expect(await namesOf(manifests)).toEqual(everything);

  const held = await uninstall("--yes", "--timeout", "1s");
  expect(held.code).toBe(1);
  expect(held.out).toContain("still there: Pod stuck.");
  expect(held.out).toContain(`GitSource ${shop.namespace}/app, held by the finalizer example.com/keep`);
  const left = [`Namespace ${DEFAULT_NAMESPACE}`, "CustomResourceDefinition gitsources.driftless.dev"].join();
  await pollUntil({ what: "only what is held is left", deadlineMs: 20_000, probe: async () => (await namesOf(manifests)).join() === left }); // a second is not always enough for a definition

  await cluster.client.patch(shop.ref("GitSource"), { metadata: { finalizers: [] } }, { type: "merge" });
  expect((await uninstall("--yes")).code).toBe(0);
  expect(await namesOf(manifests)).toEqual([`Namespace ${DEFAULT_NAMESPACE}`]);
  expect((await shop.live("v1", "Service", "a"))?.metadata.labels).toHaveProperty([PART_OF_LABEL]);
  expect(await shop.live("rbac.authorization.k8s.io/v1", "Role", "driftless-as-deployer")).toBeUndefined();

  const again = await uninstall("--yes");
  expect(again.code).toBe(0);
  expect(again.out).toContain(`Nothing of Driftless is left to remove for namespace ${DEFAULT_NAMESPACE}.`);

  await installEverything();
  await runShell(asAdmin("kubectl create -f driftless.yaml"));
  expect((await cluster.client.get(shop.ref("Application")))?.["spec"]).toEqual(spec);
});

test("driftless uninstall names the rights that are missing, and changes nothing", async () => {
  await installEverything();
  const reader = await plane.writeKubeconfig({ name: "reader", user: "reader", groups: ["readers"] });
  const blind = await driftless("uninstall", "--kubeconfig", reader, "--yes");
  expect({ code: blind.code, out: blind.out }).toEqual({ code: 1, out: "" });
  expect(blind.err).toMatch(/nothing was changed, .*"reader" cannot list resource/);
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "readers" };
  await cluster.client.apply({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "readers" }, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["list"] }] }, { fieldManager: "test" });
  await cluster.client.apply({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "readers" }, roleRef, subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "readers" }] }, { fieldManager: "test" });
  let seeing = blind;
  const probe = async (): Promise<boolean> => (seeing = await driftless("uninstall", "--kubeconfig", reader, "--yes")).out !== "";
  await pollUntil({ what: "the reader may list", deadlineMs: 20_000, probe });
  expect(seeing.code).toBe(1);
  expect(seeing.err).toContain(`\n  patch deployments.apps in namespace ${DEFAULT_NAMESPACE}\n`);
  expect(seeing.err).toContain("\n  delete customresourcedefinitions.apiextensions.k8s.io\n");
  expect(await namesOf(manifests)).toHaveLength(manifests.length);
});

/** A command for people as somebody runs it who has the administrator's kubeconfig and is in the throwaway folder. */
const asAdmin = (command: string): string => `cd "${cluster.dir}" && ${command.replace("kubectl", `"${cluster.kubectlPath}" --kubeconfig "${cluster.kubeconfig}"`)}`;

/** What the operator's namespace asks of every Pod. */
const restricted = {
  securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
  containers: [{ name: "operator", image: "none", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
};
