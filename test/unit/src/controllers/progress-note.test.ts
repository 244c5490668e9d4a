import { expect, test } from "vitest";
import type { Application } from "../../../../src/api/application.ts";
import { ProgressNote } from "../../../../src/controllers/progress-note.ts";
import type { ProgressDeps } from "../../../../src/controllers/progress-note.ts";
import { MemoryLogger } from "../../../support/memory-logger.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const appWith = (metadata: Partial<Application["metadata"]>, status?: Application["status"]): Application => ({
  apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name: "web", namespace: "shop", uid: "u", generation: 1, ...metadata },
  spec: { sourceRef: { kind: "GitSource", name: "repo" } }, ...(status === undefined ? {} : { status }),
});

/** Conditions that a reconcile of so many milliseconds leaves, as `Ready Unknown Progressing: applying`. */
async function noted(app: Application, durationMs: number): Promise<string[]> {
  const clock = new VirtualClock();
  const written: string[] = [];
  const cluster: Pick<ProgressDeps["cluster"], "patch"> = {
    patch: (_ref, body) => {
      const { status } = body as { readonly status: { readonly conditions: readonly Record<string, string>[] } }; // the merge patch of a status
      written.push(...status.conditions.map(({ type, status: state, reason, message }) => `${type} ${state} ${reason}: ${message}`));
      return Promise.resolve({ apiVersion: app.apiVersion, kind: app.kind, metadata: app.metadata });
    },
  };
  const note = new ProgressNote({ cluster: cluster as ProgressDeps["cluster"], clock, logger: new MemoryLogger(), applications: { note: () => undefined } }, app, new AbortController().signal); // nothing else is asked
  await clock.advance(durationMs);
  await note.end();
  return written.sort();
}

test("a reconcile tells nothing of itself within a second", async () => {
  expect(await noted(appWith({}), 999)).toEqual([]);
});

test("a longer one tells that it is under way, beside what was told before", async () => {
  expect(await noted(appWith({}), 1_000)).toEqual(["Ready Unknown Progressing: applying", "Reconciling True Progressing: applying"]);
  const ready = { type: "Ready", status: "True", reason: "ReconciliationSucceeded", message: "fine", lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: 1 } as const;
  expect(await noted(appWith({}, { conditions: [ready] }), 1_000)).toEqual(["Ready True ReconciliationSucceeded: fine", "Reconciling True Progressing: applying"]);
});

test("an Application that is being deleted is told to be deleting", async () => {
  expect(await noted(appWith({ deletionTimestamp: "2026-01-01T00:00:00Z" }), 1_000)).toEqual(["Ready Unknown Deleting: deleting its members", "Reconciling True Deleting: deleting its members"]);
});
