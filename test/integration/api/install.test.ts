import { beforeAll, describe, expect, test } from "vitest";
import { yamlDocuments } from "../../../src/cli/documents.ts";
import { installManifests } from "../../../src/cli/install/manifests.ts";
import { tenantManifests } from "../../../src/cli/install/tenant.ts";
import { valueAt } from "../../../src/object/json.ts";
import { asJson } from "../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { createNamespace, kubectl, uniqueName } from "../../support/control-plane.ts";

const operatorNamespace = uniqueName("driftless");
const manifests = installManifests({ namespace: operatorNamespace, image: "driftless:test", tenants: [] });
const operator = `system:serviceaccount:${operatorNamespace}:driftless`;

const apply = (objects: readonly KubeObject[]): Promise<string> =>
  kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: yamlDocuments(objects) });

/** Has the API server judge a Pod of the operator's namespace. */
const createPod = (spec: unknown): Promise<string> =>
  kubectl(["create", "--dry-run=server", "-o", "name", "-f", "-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "operator", namespace: operatorNamespace }, spec }),
  });

/** The answer of the API server's authorizer about an account, by default the operator's. */
async function may(question: string, as: readonly string[] = [`--as=${operator}`]): Promise<string> {
  return (await kubectl(["auth", "can-i", ...question.split(" "), ...as]).catch(() => "no")).trim();
}

beforeAll(() => apply(manifests));

test("the whole installation is accepted at the first go", async () => {
  const names = await kubectl(["get", "deployment,service,serviceaccount,role,rolebinding", "-n", operatorNamespace, "-l", "app.kubernetes.io/part-of=driftless", "-o", "name"]);
  expect(names.trim().split("\n").sort()).toEqual([
    "deployment.apps/driftless",
    "role.rbac.authorization.k8s.io/driftless-operator",
    "rolebinding.rbac.authorization.k8s.io/driftless-operator",
    "service/driftless-metrics",
    "service/driftless-webhooks",
    "serviceaccount/driftless",
  ]);
});

describe("Pod Security restricted, which the operator's namespace enforces,", () => {
  const deployment = manifests.find(({ kind }) => kind === "Deployment");
  const template = deployment === undefined ? undefined : valueAt(asJson(deployment), ["spec", "template", "spec"]);
  test("lets the operator's Pod in", async () => {
    expect((await createPod(template)).trim()).toBe("pod/operator");
  });

  test("would not let a privileged one in", async () => {
    await expect(createPod({ containers: [{ name: "x", image: "x", securityContext: { privileged: true } }] })).rejects.toThrow("restricted");
  });
});

describe("the operator by itself", () => {
  test.each([
    "list secrets --all-namespaces",
    "get secrets --all-namespaces",
    "watch deployments.apps --all-namespaces",
    "watch widgets.example.com --all-namespaces",
    "get applications.driftless.dev --all-namespaces",
    "patch applications.driftless.dev --subresource=status --all-namespaces",
    "create driftreports.driftless.dev --all-namespaces",
    "create releases.driftless.dev --all-namespaces",
    "delete releases.driftless.dev --all-namespaces",
    "patch releases.driftless.dev --subresource=status --all-namespaces",
    "create events.events.k8s.io --all-namespaces",
    `create configmaps --namespace=${operatorNamespace}`,
    `get configmaps/driftless-installation --namespace=${operatorNamespace}`,
    `patch configmaps --namespace=${operatorNamespace}`, // what Notifiers show where
    `create secrets --namespace=${operatorNamespace}`,
    `get secrets/driftless-installation --namespace=${operatorNamespace}`,
    "create selfsubjectaccessreviews.authorization.k8s.io",
  ])("may %s", async (question) => {
    expect(await may(question)).toBe("yes");
  });

  test.each([
    "create deployments.apps --all-namespaces",
    "create secrets --all-namespaces",
    "patch secrets --all-namespaces",
    "delete secrets --all-namespaces",
    "patch configmaps --namespace=default",
    `update configmaps --namespace=${operatorNamespace}`,
    "delete applications.driftless.dev --all-namespaces",
    `patch secrets --namespace=${operatorNamespace}`,
    `impersonate serviceaccounts --namespace=${operatorNamespace}`,
    "impersonate users --all-namespaces",
    "get pods --subresource=exec --all-namespaces",
    "create pods --subresource=exec --all-namespaces",
    "get nodes --subresource=proxy",
    "create serviceaccounts --subresource=token --all-namespaces",
  ])("may not %s, which an administrator may", async (question) => {
    expect([await may(question), await may(question, [])]).toEqual(["no", "yes"]);
  });
});

test("the operator may act as a tenant's account after its Role is there, and as nobody else", async () => {
  const namespace = await createNamespace("tenant");
  const before = await may(`impersonate serviceaccounts/deployer --namespace=${namespace}`);
  expect(await may(`create secrets --namespace=${namespace}`)).toBe("no");
  await apply(tenantManifests({ namespace, account: "deployer", operatorNamespace }));
  const answers = {
    before,
    itself: await may(`impersonate serviceaccounts/deployer --namespace=${namespace}`),
    other: await may(`impersonate serviceaccounts/default --namespace=${namespace}`),
    elsewhere: await may("impersonate serviceaccounts/deployer --namespace=kube-system"),
  };
  expect(answers).toEqual({ before: "no", itself: "yes", other: "no", elsewhere: "no" });
  const records = await Promise.all(["create", "patch", "delete", "update"].map((verb) => may(`${verb} secrets --namespace=${namespace}`)));
  expect(records, "for last good content, see secret-fence.ts").toEqual(["yes", "yes", "yes", "no"]);
});

test("who may edit a namespace may edit its Applications and read, but not write, its DriftReports", async () => {
  const namespace = await createNamespace("users");
  await kubectl(["create", "rolebinding", "ada", "--clusterrole=edit", "--user=ada", "-n", namespace]);
  const ada = (question: string): Promise<string> => may(`${question} --namespace=${namespace}`, ["--as=ada"]);
  await expect.poll(() => ada("update applications.driftless.dev"), { timeout: 30_000 }).toBe("yes"); // a controller aggregates roles
  expect([await ada("get driftreports.driftless.dev"), await ada("update driftreports.driftless.dev")]).toEqual(["yes", "no"]);
});

test("who may edit a namespace may approve its Releases, but neither make nor delete one", async () => {
  const namespace = await createNamespace("approvers");
  await kubectl(["create", "rolebinding", "ada", "--clusterrole=edit", "--user=ada", "-n", namespace]);
  await kubectl(["create", "rolebinding", "bob", "--clusterrole=driftless-approve", "--user=bob", "-n", namespace]);
  const asks = (user: string) => (question: string): Promise<string> => may(`${question} --namespace=${namespace}`, [`--as=${user}`]);
  const [ada, bob] = [asks("ada"), asks("bob")];
  await expect.poll(() => ada("patch releases.driftless.dev"), { timeout: 30_000 }).toBe("yes"); // a controller aggregates roles
  expect([await ada("create releases.driftless.dev"), await ada("delete releases.driftless.dev")]).toEqual(["no", "no"]);
  expect([await bob("patch releases.driftless.dev"), await bob("patch applications.driftless.dev")]).toEqual(["yes", "no"]);
});

/** The Secret with the installation's key. */
const keySecret = (key: string): string =>
  JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "driftless-installation", namespace: operatorNamespace }, type: "driftless.dev/installation-key", immutable: true, data: { key } });

test("the operator may store the installation's key, which nobody can change afterwards", async () => {
  await kubectl(["create", "-f", "-", `--as=${operator}`], { input: keySecret("b25l") });
  await expect(kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: keySecret("dHdv") })).rejects.toThrow("immutable");
});
