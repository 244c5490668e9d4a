import { describe, expect, test } from "vitest";
import { parseManifests } from "../../../../src/object/yaml.ts";
import { driftless } from "../../../support/run-cli.ts";

/** `Kind namespace/name` of each document. */
function kindsAndNames(yaml: string): string[] {
  return parseManifests(yaml, "stdout").map(({ value }) => {
    const { kind, metadata } = value as { kind: string; metadata: { name: string; namespace?: string } }; // parseManifests checked that much
    return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
  });
}

describe("driftless", () => {
  test("lists its commands with --help", async () => {
    const { code, out, err } = await driftless("--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const name of ["up", "operator", "install", "uninstall", "render", "plan", "status", "drift"]) expect(out).toMatch(new RegExp(`^  ${name}\\b`, "m"));
  });

  test("prints its version", async () => {
    expect(await driftless("--version")).toEqual({ code: 0, out: "0.1.0\n", err: "" });
  });

  test.each(["up", "operator", "install", "uninstall", "render", "plan", "status", "drift"])("explains %s", async (name) => {
    const { code, out } = await driftless(name, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: driftless ${name} [options]`);
  });

  test.each([
    [["instal"], "error: unknown command 'instal'\n(Did you mean install?)"],
    [["install", "--tenants", "a:b"], "error: unknown option '--tenants'\n(Did you mean --tenant?)"],
    [["render", "-o", "xml"], "Allowed choices are yaml, json."],
    [["install", "--tenant", "shop"], "Write namespace:account, such as shop:deployer."],
    [["install", "--tenant", "Shop:x"], 'error: --tenant: "Shop:x" is not namespace:account, such as shop:deployer'],
  ])("says what is wrong with %j and exits 1", async (args, message) => {
    const { code, out, err } = await driftless(...args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(message);
  });
});

describe("driftless install", () => {
  test("prints everything a cluster needs, what others depend on first", async () => {
    const { code, out } = await driftless("install", "--tenant", "shop:deployer", "--tenant", "team-b:default");
    expect(code).toBe(0);
    expect(kindsAndNames(out)).toEqual([
      "Namespace driftless-system",
      "ResourceQuota driftless-system/driftless-critical-pods",
      "CustomResourceDefinition gitsources.driftless.dev",
      "CustomResourceDefinition applications.driftless.dev",
      "CustomResourceDefinition releases.driftless.dev",
      "CustomResourceDefinition driftreports.driftless.dev",
      "CustomResourceDefinition notifiers.driftless.dev",
      "ValidatingAdmissionPolicy driftless-secrets.driftless-system",
      "ValidatingAdmissionPolicyBinding driftless-secrets.driftless-system",
      "ServiceAccount driftless-system/driftless",
      "ClusterRole driftless-operator",
      "ClusterRoleBinding driftless-operator:driftless-system",
      "Role driftless-system/driftless-operator",
      "RoleBinding driftless-system/driftless-operator",
      "ClusterRole driftless-view",
      "ClusterRole driftless-edit",
      "ClusterRole driftless-approve",
      "Role shop/driftless-as-deployer",
      "RoleBinding shop/driftless-as-deployer",
      "Role team-b/driftless-as-default",
      "RoleBinding team-b/driftless-as-default",
      "Deployment driftless-system/driftless",
      "Service driftless-system/driftless-metrics",
      "Service driftless-system/driftless-webhooks",
    ]);
  });

  test("takes namespace and image as they are given", async () => {
    const { out } = await driftless("install", "-n", "gitops", "--image", "registry.example.com/driftless:1.2.3");
    expect(out).not.toContain("driftless-system");
    expect(out).toContain("image: registry.example.com/driftless:1.2.3");
  });

  test("prints only the definitions with --only crds", async () => {
    const { out } = await driftless("install", "--only", "crds");
    expect(new Set(kindsAndNames(out).map((line) => line.split(" ")[0]))).toEqual(new Set(["CustomResourceDefinition"]));
  });
});
