import { describe, expect, test } from "vitest";
import type { KindName } from "../../../../../src/api/kinds.ts";
import { parseResource } from "../../../../../src/api/validate.ts";
import { installManifests } from "../../../../../src/cli/install/manifests.ts";
import type { PolicyRule } from "../../../../../src/cli/install/rbac.ts";
import { samples } from "../../../../../src/cli/install/samples.ts";
import { parseTenant, tenantManifests } from "../../../../../src/cli/install/tenant.ts";
import { asJson } from "../../../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../../../src/object/kube-object.ts";
import { valueAt } from "../../../../../src/object/json.ts";

const installed = installManifests({ namespace: "driftless-system", image: "driftless:test", tenants: [] });
const rulesOf = (object: KubeObject): readonly PolicyRule[] => (object["rules"] ?? []) as readonly PolicyRule[];
const operatorRules = installed.filter(({ kind, metadata }) => kind === "ClusterRole" && metadata.name === "driftless-operator").flatMap(rulesOf);

describe("the operator's own rights", () => {
  test("hold no impersonation: that is a Role per tenant", () => {
    expect(installed.flatMap(rulesOf).filter(({ verbs }) => verbs.includes("impersonate") || verbs.includes("*"))).toEqual([]);
  });

  test("write nothing but our own kinds and events", () => {
    const writes = new Set(["create", "update", "patch", "delete", "deletecollection"]);
    const written = operatorRules.filter(({ verbs }) => verbs.some((verb) => writes.has(verb))).flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`)));
    expect(written.filter((resource) => !resource.startsWith("driftless.dev/") && !resource.endsWith("/events"))).toEqual([]);
  });

  test("come with a policy that holds it to Secrets of its own type, of which its account is told by name", () => {
    const [policy, binding] = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"].map((wanted) => installed.find(({ kind }) => kind === wanted));
    expect(policy).toMatchObject({ spec: { failurePolicy: "Fail", matchConditions: [{ expression: "request.userInfo.username == 'system:serviceaccount:driftless-system:driftless'" }] } });
    expect(binding).toMatchObject({ spec: { policyName: policy?.metadata.name, validationActions: ["Deny"] } });
  });

  test("never get every resource, which would include pods/exec and nodes/proxy", () => {
    expect(operatorRules.filter(({ resources, verbs }) => resources.includes("*") && verbs.includes("get"))).toEqual([]);
  });
});

describe("tenantManifests", () => {
  test("lets the operator be one account of one namespace", () => {
    const [role, binding] = tenantManifests({ namespace: "shop", account: "deployer", operatorNamespace: "gitops" });
    expect(role).toMatchObject({ kind: "Role", metadata: { namespace: "shop" }, rules: [{ apiGroups: [""], resources: ["serviceaccounts"], resourceNames: ["deployer"], verbs: ["impersonate"] }, { apiGroups: [""], resources: ["secrets"], verbs: ["create", "patch", "delete"] }] });
    expect(binding).toMatchObject({ kind: "RoleBinding", metadata: { namespace: "shop" }, roleRef: { kind: "Role", name: role?.metadata.name }, subjects: [{ kind: "ServiceAccount", name: "driftless", namespace: "gitops" }] });
  });

  test.each([
    ["shop:deployer", { namespace: "shop", account: "deployer" }],
    ["a:b.c", { namespace: "a", account: "b.c" }],
    ["shop", '"shop" is not namespace:account, such as shop:deployer'],
    ["shop:", '"shop:" is not namespace:account, such as shop:deployer'],
    ["kube system:x", '"kube system:x" is not namespace:account, such as shop:deployer'],
  ])("reads %s", (text, tenant) => {
    expect(parseTenant(text)).toEqual(tenant);
  });
});

describe("the Deployment", () => {
  const deployment = installed.find(({ kind }) => kind === "Deployment");
  const at = (...path: (string | number)[]) => (deployment === undefined ? undefined : valueAt(asJson(deployment), path));

  test("never runs beside its successor", () => {
    expect(at("spec", "strategy")).toEqual({ type: "Recreate" });
  });

  test("runs without privileges on a file system that it cannot write", () => {
    expect(at("spec", "template", "spec", "securityContext")).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(at("spec", "template", "spec", "containers", 0, "securityContext")).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  });

  test("is found by its Services, whose ports it has", () => {
    const labels = at("spec", "template", "metadata", "labels");
    const ports = at("spec", "template", "spec", "containers", 0, "ports") as readonly { name: string }[];
    for (const service of installed.filter(({ kind }) => kind === "Service")) {
      const { selector, ports: wanted } = service["spec"] as { selector: object; ports: readonly { targetPort: string }[] };
      expect(labels).toMatchObject(selector);
      expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted.map(({ targetPort }) => targetPort)));
    }
  });
});

describe("the samples", () => {
  const ours = [...samples().values()].flat().filter(({ apiVersion }) => apiVersion === "driftless.dev/v1alpha1");

  test("hold a GitSource, two Applications and a Notifier that are valid as they are", () => {
    expect(ours.map(({ kind }) => kind)).toEqual(["GitSource", "Application", "Application", "Notifier"]);
    for (const object of ours) expect(parseResource(object.kind as KindName, object)).toMatchObject({ kind: "Valid" }); // the kinds above
  });

  test("refer to each other", () => {
    const [source, ...others] = ours;
    const applications = others.filter(({ kind }) => kind === "Application");
    const accounts = [...samples().values()].flat().filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name);
    expect(accounts).toHaveLength(1);
    for (const application of applications) {
      expect(application).toMatchObject({ metadata: { namespace: source?.metadata.namespace }, spec: { sourceRef: { kind: "GitSource", name: source?.metadata.name }, serviceAccountName: accounts[0] } });
    }
    const [first, guarded] = applications;
    expect(guarded).toMatchObject({ spec: { dependsOn: [{ name: first?.metadata.name }] } });
  });
});
