import { expect, test } from "vitest";
import { compileChecks } from "../../../../../reconciler/health/checks.ts";
import { identityOf } from "../../../../../reconciler/identity.ts";
import { emptyMemory } from "../../../../../reconciler/memory.ts";
import type { ReconcileRequest } from "../../../../../reconciler/reconcile-ports.ts";
import type { Application } from "../../../../../src/api/application.ts";
import { findInstallation, listMembers } from "../../../../../src/cli/plan/live-members.ts";
import { AppWorld, configMapYaml, deploymentYaml } from "../../../../support/loop/app-world.ts";
import { INSTALLATION } from "../../../../support/loop/loop-operator.ts";
import { configMaps } from "../../../../support/plan-cases.ts";

/** Applied; then the record in the status is lost. */
async function withoutStatus(): Promise<{ world: AppWorld; app: Application }> {
  const world = new AppWorld();
  world.app("a");
  await world.settled({ "a/x.yaml": configMapYaml("x"), "a/web.yaml": deploymentYaml("web") });
  world.kill();
  world.patch("Application", "a", { status: { membership: null } }, { subresource: "status" });
  const app = world.application("a");
  if (app === undefined) throw new Error("there is no Application");
  return { world, app };
}

const signal = new AbortController().signal;

test("members of kinds that only the annotations record are found, and judged by the Application's own checks", async () => {
  const { world, app } = await withoutStatus();
  const { checks } = await compileChecks([{ apiVersion: "apps/v1", kind: "Deployment", current: "true" }]);
  const request: ReconcileRequest = {
    app, checks, signal, identity: identityOf(INSTALLATION, { namespace: "apps", name: "a" }), account: { namespace: "apps", name: "deployer" }, operatorNamespace: "driftless-system",
    memory: emptyMemory(), now: world.clock.now(), full: true, retryDelay: () => 0,
  };
  const members = await listMembers(world.cluster.client({}), request, configMaps());
  expect([...members.values()].map(({ id, health }) => `${id.name} ${health.status}`).sort()).toEqual(["web Current", "x Current"]);
});

test("the installation is found on a member of a kind that only the annotations record", async () => {
  const { world, app } = await withoutStatus();
  expect(await findInstallation(world.cluster.client({}), app, signal)).toBe(INSTALLATION);
});
