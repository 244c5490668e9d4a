import { describe, expect, test } from "vitest";
import { FINALIZER } from "../../../../../src/api/group.ts";
import { installManifests } from "../../../../../src/cli/install/manifests.ts";
import { tenantManifests } from "../../../../../src/cli/install/tenant.ts";
import type { Found, LiveObject } from "../../../../../src/cli/uninstall/found.ts";
import { nameOfRef } from "../../../../../src/cli/uninstall/found.ts";
import { isEmpty, removalOf, rightsFor, rightText } from "../../../../../src/cli/uninstall/removal.ts";
import { removalText, staysText } from "../../../../../src/cli/uninstall/text.ts";
import { paletteFor } from "../../../../../src/cli/terminal.ts";
import { groupOf, versionOf } from "../../../../../src/object/kube-object.ts";
import type { KubeObject } from "../../../../../src/object/kube-object.ts";

const NAMESPACE = "gitops";
const plain = paletteFor({ write: () => undefined }, {});

function live({ apiVersion, kind, metadata }: KubeObject): LiveObject {
  const { name, namespace } = metadata;
  const plural = `${kind.toLowerCase()}s`;
  return {
    ref: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) },
    kind: { group: groupOf(apiVersion), version: versionOf(apiVersion), kind, plural, namespaced: namespace !== undefined, verbs: [], subresources: [] },
    metadata: { ...metadata, uid: `uid-of-${name}` },
  };
}

const application = (name: string, finalizers: readonly string[]): LiveObject =>
  live({ apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace: "shop", finalizers: [...finalizers] } });

function found(over: Partial<Found> = {}): Found {
  return {
    namespace: NAMESPACE,
    installed: installManifests({ namespace: NAMESPACE, image: "driftless:test", tenants: [] }).map(live),
    tenants: tenantManifests({ namespace: "shop", account: "deployer", operatorNamespace: NAMESPACE }).map(live),
    unmarked: [],
    others: [],
    applications: [application("held", [FINALIZER, "example.com/keep"]), application("free", ["example.com/keep"])],
    counts: [{ kind: "Application", objects: 2 }, { kind: "Release", objects: 0 }],
    leftBehind: [{ application: "shop/held", setId: "applyset-x-v1", resources: ["services", "deployments.apps"], objects: 3, unknown: [] }],
    ...over,
  };
}

const names = (objects: readonly LiveObject[]): string[] => objects.map(({ ref }) => nameOfRef(ref));

describe("removalOf", () => {
  test("is the installation in reverse: the workload, the tenants' rights, the operator's, then the definitions", () => {
    const removal = removalOf(found(), { deleteNamespace: false });
    expect(removal.stop?.ref.kind).toBe("Deployment");
    expect(names(removal.remove)).toEqual([
      "Service gitops/driftless-webhooks",
      "Service gitops/driftless-metrics",
      "Deployment gitops/driftless",
      "RoleBinding shop/driftless-as-deployer",
      "Role shop/driftless-as-deployer",
      "ClusterRole driftless-approve",
      "ClusterRole driftless-edit",
      "ClusterRole driftless-view",
      "RoleBinding gitops/driftless-operator",
      "Role gitops/driftless-operator",
      "ClusterRoleBinding driftless-operator:gitops",
      "ClusterRole driftless-operator",
      "ServiceAccount gitops/driftless",
      "ValidatingAdmissionPolicyBinding driftless-secrets.gitops",
      "ValidatingAdmissionPolicy driftless-secrets.gitops",
      "ResourceQuota gitops/driftless-critical-pods",
    ]);
    expect(names(removal.definitions)).toEqual(["notifiers", "driftreports", "releases", "applications", "gitsources"].map((plural) => `CustomResourceDefinition ${plural}.driftless.dev`));
    expect(removal.namespace).toBeUndefined();
  });

  test("covers all that install lists", () => {
    const { remove, definitions, namespace } = removalOf(found({ tenants: [] }), { deleteNamespace: true });
    const removed = [...remove, ...definitions, ...(namespace === undefined ? [] : [namespace])];
    expect(names(removed).sort()).toEqual(names(found().installed).sort());
  });

  test("lets go of Applications that we hold, and only of those", () => {
    expect(names(removalOf(found(), { deleteNamespace: false }).release)).toEqual(["Application shop/held"]);
  });

  test("leaves what another installation needs, its Applications too", () => {
    const { release, remove, definitions, kept } = removalOf(found({ others: ["platform"] }), { deleteNamespace: false });
    expect({ release, definitions }).toEqual({ release: [], definitions: [] });
    expect(names(remove).filter((name) => name.startsWith("ClusterRole "))).toEqual([]);
    expect(names(remove)).toContain("ClusterRoleBinding driftless-operator:gitops");
    expect(kept.map(({ reason, objects }) => [reason, objects.length])).toEqual([["shared with the installation in namespace platform", 9]]);
  });

  test("is empty where only the namespace is left, unless that is to go", () => {
    const rest = found({ installed: found().installed.filter(({ ref }) => ref.kind === "Namespace"), tenants: [], applications: [] });
    expect([false, true].map((deleteNamespace) => isEmpty(removalOf(rest, { deleteNamespace })))).toEqual([true, false]);
  });
});

test("each right that the steps take is asked about once", () => {
  const rights = rightsFor(removalOf(found(), { deleteNamespace: false })).map(rightText);
  expect(new Set(rights).size).toBe(rights.length);
  expect(rights).toEqual(expect.arrayContaining([
    "patch deployments.apps in namespace gitops",
    "list pods in namespace gitops",
    "patch applications.driftless.dev",
    "delete roles.rbac.authorization.k8s.io in namespace shop",
    "delete clusterroles.rbac.authorization.k8s.io",
    "delete customresourcedefinitions.apiextensions.k8s.io",
  ]));
});

test("the text tells the steps in their order, what goes with the definitions, and what stays", () => {
  const removal = removalOf(found(), { deleteNamespace: false });
  const text = removalText(removal, found(), "https://cluster.example", plain);
  expect(text.match(/^\d\. .*/gm)).toEqual([
    "1. stop the operator: scale Deployment gitops/driftless to 0, wait until its Pods are gone",
    "2. let go of 1 Application: take the finalizer driftless.dev/members off, so that what was applied stays as it is",
    "3. delete 16 objects",
    "4. delete 5 definitions, and with them 2 Applications",
  ]);
  const stays = staysText(removal, found(), plain);
  expect(stays).toContain("3 objects of Application shop/held, labelled applyset.kubernetes.io/part-of=applyset-x-v1");
  expect(stays).toContain("kubectl get services,deployments.apps -A -l applyset.kubernetes.io/part-of=applyset-x-v1");
  expect(stays).toContain("Namespace gitops, and in it ConfigMap and Secret driftless-installation");
});
