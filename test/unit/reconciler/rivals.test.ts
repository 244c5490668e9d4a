import { expect, test } from "vitest";
import type { Rival } from "../../../reconciler/reconcile-ports.ts";
import { configMapMember, configMaps, namesOf, planWith } from "../../support/plan-cases.ts";

const planAgainst = (state: Rival["state"] | undefined) =>
  planWith(configMaps("keep"), { members: [configMapMember("keep"), configMapMember("old")] }, { rival: () => (state === undefined ? undefined : { application: "shop/other", state }), sameRevision: true });

test("what another Application of the source may want is deleted, but not before that one has looked", () => {
  const plan = planAgainst("NotLooked");
  expect([namesOf(plan.prune), namesOf(plan.pruneLater)]).toEqual([[], ["old"]]);
  expect(plan.kept).toMatchObject([{ kind: "Waiting", reason: "waits until Application shop/other, which may want it, has looked at the newest content" }]);
});

test("what another Application of the source has claimed is not deleted at all", () => {
  const plan = planAgainst("Claims");
  expect([namesOf(plan.prune), namesOf(plan.pruneLater), namesOf(plan.kept)]).toEqual([[], [], ["old"]]);
});

test("what nobody else wants is deleted at once", () => {
  expect(namesOf(planAgainst(undefined).prune.concat(planAgainst(undefined).pruneLater))).toEqual(["old"]);
});
