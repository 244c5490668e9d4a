import { beforeAll, describe, expect, test } from "vitest";
import { crds } from "../../../src/api/crd.ts";
import { parseResource } from "../../../src/api/validate.ts";
import { yamlDocuments } from "../../../src/cli/documents.ts";
import type { KubeObject } from "../../../src/object/kube-object.ts";
import { aResource, invalidCases, validCases } from "../../support/api-cases.ts";
import { createNamespace, kubectl } from "../../support/control-plane.ts";

beforeAll(async () => {
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], { input: yamlDocuments(crds()) });
  await kubectl(["wait", "--for=condition=Established", "--timeout=30s", ...crds().map(({ metadata }) => `crd/${metadata.name}`)]);
});

/** What the API server would store, or its objection. */
async function wouldStore(value: KubeObject): Promise<KubeObject> {
  return JSON.parse(await kubectl(["create", "--dry-run=server", "--validate=strict", "-o", "json", "-f", "-"], { input: JSON.stringify(value) })) as KubeObject; // -o json
}

describe("the API server", () => {
  test("takes the CRDs as structural schemas", async () => {
    const { items } = JSON.parse(await kubectl(["get", "crd", "-l", "app.kubernetes.io/name=driftless", "-o", "json"])) as { items: { status: { conditions: { type: string; status: string }[] } }[] }; // -o json
    const conditions = items.map(({ status }) => status.conditions.map(({ type, status }) => `${type}=${status}`).sort());
    expect(conditions).toEqual(crds().map(() => ["Established=True", "NamesAccepted=True"]));
  });

  test("stores valid resources with the defaults that parseResource gives them", async () => {
    const stored = await Promise.all(validCases.map(async ({ name, value }) => [name, (await wouldStore(value))["spec"]]));
    const parsed = validCases.map(({ name, kind, value }) => {
      const result = parseResource(kind, value);
      return [name, result.kind === "Valid" ? result.value.spec : result.problems];
    });
    expect(stored).toEqual(parsed);
  });

  test("refuses what parseResource refuses", async () => {
    const verdicts = await Promise.allSettled(invalidCases.map(({ value }) => wouldStore(value)));
    const accepted = invalidCases.filter((_case, index) => verdicts[index]?.status === "fulfilled").map(({ name }) => name);
    expect(accepted).toEqual([]);
  });

  test("says of a broken rule what parseResource says", async () => {
    const wrong = aResource("GitSource", { url: "https://git.example/x", interval: "1s" });
    await expect(wouldStore(wrong)).rejects.toThrow("interval must be at least 5s; for faster syncs set webhook");
    expect(parseResource("GitSource", wrong)).toMatchObject({ problems: [{ message: "interval must be at least 5s; for faster syncs set webhook" }] });
  });
});

test("kubectl get tells whether an Application is synced and healthy, which revision is live and since when", async () => {
  const namespace = await createNamespace("columns");
  const application = aResource("Application", { sourceRef: { kind: "GitSource", name: "shop" } }, { namespace });
  await kubectl(["create", "-f", "-"], { input: JSON.stringify(application) });
  const at = "2026-01-01T00:00:00Z";
  const condition = (type: string, status: string) => ({ type, status, reason: "Applied", message: "all is well", lastTransitionTime: at });
  const status = { lastAppliedRevision: "main@sha1:4f2c", conditions: [condition("Ready", "True"), condition("Synced", "True"), condition("Healthy", "True"), condition("Drifted", "False")] };
  await kubectl(["patch", "application.driftless.dev/shop", "-n", namespace, "--subresource=status", "--type=merge", "-p", JSON.stringify({ status })]);
  const [head, row] = (await kubectl(["get", "dapp", "-n", namespace, "-o", "wide"])).trim().split("\n").map((line) => line.split(/ {2,}/));
  expect(head).toEqual(["NAME", "READY", "SYNCED", "HEALTHY", "DRIFTED", "REVISION", "SINCE", "AGE", "MESSAGE"]);
  expect(row?.slice(0, 6)).toEqual(["shop", "True", "True", "True", "False", "main@sha1:4f2c"]);
  expect(row?.[6]).toMatch(/^\d+[a-z]/);
  expect(row?.[8]).toBe("all is well");
});

test("all our kinds share the category driftless", async () => {
  const names = await kubectl(["api-resources", "--categories=driftless", "--namespaced=true", "-o", "name"]);
  expect(names.trim().split("\n").sort()).toEqual(["applications.driftless.dev", "driftreports.driftless.dev", "gitsources.driftless.dev", "notifiers.driftless.dev", "releases.driftless.dev"]);
});
