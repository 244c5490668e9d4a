import { describe, expect, test } from "vitest";
import type { KubeApiError } from "../../src/errors.ts";
import type { KubeObject } from "../../src/object/kube-object.ts";
import { configMap, manager, status, type Suite } from "./suite.ts";

const rule = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch"] };
const role = (here: string): KubeObject => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "writer", namespace: here }, rules: [rule] });
const binding = (here: string, subject: object): KubeObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "writer", namespace: here },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "writer" }, subjects: [subject],
});

/** Requests made as a ServiceAccount. */
export function describeAccounts(suite: Suite): void {
  describe("impersonation", () => {
    test("of a ServiceAccount without rights is forbidden, and names it", async () => {
      const as = { namespace: suite.namespace, name: "nobody" };
      const error: unknown = await suite.client.apply(configMap(suite.namespace, "forbidden", {}), { ...manager, as }).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ status: 403, reason: "Forbidden" });
      expect((error as KubeApiError).message).toContain(`system:serviceaccount:${suite.namespace}:nobody`);
    });

    test("has the rights of the account", async () => {
      const here = await suite.newNamespace();
      await suite.client.create(role(here));
      await suite.client.create(binding(here, { kind: "ServiceAccount", name: "deployer", namespace: here }));
      const as = { namespace: here, name: "deployer" };
      await expect.poll(() => suite.client.apply(configMap(here, "a", {}), { ...manager, as }).catch(() => undefined), { timeout: 10_000 }).toMatchObject({ created: true });
      await expect(suite.client.delete({ apiVersion: "v1", kind: "ConfigMap", namespace: here, name: "a" }, { propagationPolicy: "Background", as })).rejects.toEqual(status(403));
    });

    test("has the account's groups by itself", async () => {
      const here = await suite.newNamespace();
      await suite.client.create(role(here));
      await suite.client.create(binding(here, { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: `system:serviceaccounts:${here}` }));
      const as = { namespace: here, name: "anyone" };
      await expect.poll(() => suite.client.apply(configMap(here, "a", {}), { ...manager, as }).catch(() => undefined), { timeout: 10_000 }).toMatchObject({ created: true });
    });
  });
}
