import { expect, test } from "vitest";
import { holdsOn } from "../../../reconciler/drift-holds.ts";
import { DRIFT_HOLD_ANNOTATION } from "../../../src/api/group.ts";
import { configMapMember, shopWith } from "../../support/plan-cases.ts";

const now = new Date("2026-05-04T10:00:00Z");
const until = (time: string) => ({ kind: "Hold", value: "2h", until: Date.parse(time), isCut: false, by: "k9s" }) as const;
const members = new Map([
  configMapMember("z", { hold: until("2026-05-04T11:00:00Z") }),
  configMapMember("none"),
  configMapMember("a", { hold: until("2026-05-04T10:30:00Z") }),
  configMapMember("over", { hold: until("2026-05-04T10:00:00Z") }),
  configMapMember("bad", { hold: { kind: "Mistake", value: "soon\n", problem: "write a duration" } }),
].map((member) => [member.key, member]));
const managedFields = [{ manager: "kubectl-annotate", operation: "Update", time: "2026-05-04T09:00:00Z", fieldsV1: { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } } }] as const;

test("holds that are on are told, the widest first, with when the first of them ends; mistakes are told besides", () => {
  const app = shopWith({}, { metadata: { name: "shop", namespace: "shop", annotations: { [DRIFT_HOLD_ANNOTATION]: "3h" }, managedFields } });
  expect(holdsOn(app, members, now)).toEqual({
    sentences: [
      "held until 12:00Z by kubectl-annotate: everything of this Application",
      "held until 10:30Z by k9s: ConfigMap shop/a",
      "held until 11:00Z by k9s: ConfigMap shop/z",
      'driftless.dev/drift-hold of ConfigMap shop/bad holds nothing: "soon\\n": write a duration',
    ],
    holds: [
      { by: "kubectl-annotate", until: "2026-05-04T12:00:00Z" },
      { object: "/ConfigMap/shop/a", by: "k9s", until: "2026-05-04T10:30:00Z" },
      { object: "/ConfigMap/shop/z", by: "k9s", until: "2026-05-04T11:00:00Z" },
    ],
    endsAt: new Date("2026-05-04T10:30:00Z"),
  });
});

test("where nobody asks for one, there is none", () => {
  expect(holdsOn(shopWith(), new Map(), now)).toEqual({ sentences: [], holds: [], endsAt: undefined });
});
