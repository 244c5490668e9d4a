import { expect, test } from "vitest";
import { endHold } from "../../../../src/controllers/end-hold.ts";
import { DRIFT_HOLD_ANNOTATION } from "../../../../src/api/group.ts";
import { KubeApiError } from "../../../../src/errors.ts";
import type { ClusterClient } from "../../../../src/ports.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { shopWith } from "../../../support/plan-cases.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const held = (value: string) => shopWith({}, { metadata: { name: "shop", namespace: "shop", uid: "u1", annotations: { [DRIFT_HOLD_ANNOTATION]: value }, managedFields: [{ manager: "kubectl-annotate", operation: "Update", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:metadata": { "f:annotations": { [`f:${DRIFT_HOLD_ANNOTATION}`]: {} } } } }] } });

/** The patches that an Application with this annotation gets, an hour after it was set; `refuse`: what the server says to them. */
async function patches(value: string, refuse?: Error) {
  const [clock, logger, sent] = [new VirtualClock("2026-01-01T01:00:00Z"), new MemoryLogger(), [] as unknown[]];
  const patch: ClusterClient["patch"] = async (ref, body) => {
    sent.push([ref.name, body]);
    if (refuse !== undefined) throw refuse;
    return { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: ref.name } };
  };
  await endHold(held(value), { cluster: { patch } as unknown as ClusterClient, clock, logger }, new AbortController().signal); // nothing else of it is used
  return { sent, told: logger.lines.length };
}

const OFF = ["shop", [{ op: "test", path: "/metadata/uid", value: "u1" }, { op: "test", path: "/metadata/annotations/driftless.dev~1drift-hold", value: "1h" }, { op: "remove", path: "/metadata/annotations/driftless.dev~1drift-hold" }]];

test("a hold that is over is taken off its Application, as long as it is the one that was looked at", async () => {
  expect(await patches("1h")).toEqual({ sent: [OFF], told: 0 });
});

test.each(["61m", "soon"])("%s stays", async (value) => expect(await patches(value)).toEqual({ sent: [], told: 0 }));

test("one that cannot be taken off stays, and that is told", async () => {
  expect(await patches("1h", new KubeApiError(403, "Forbidden", "no"))).toEqual({ sent: [OFF], told: 1 });
});
