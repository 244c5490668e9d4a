import { describe, expect, test } from "vitest";
import { NO_IGNORES } from "../../../drift/ignore.ts";
import type { Change, Failure } from "../../../reconciler/change.ts";
import type { Effective } from "../../../reconciler/effective.ts";
import { holdSome } from "../../../reconciler/hold.ts";
import { nextRetry, noteRetries, notYetDue } from "../../../reconciler/retries.ts";
import type { Retries } from "../../../reconciler/retries.ts";
import { desiredFrom } from "../../support/desired.ts";
import { configMaps, goodOf } from "../../support/plan-cases.ts";

const [older, newer] = [configMaps("a", "b"), desiredFrom("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: new}}")];
const at = (seconds: number): Date => new Date(seconds * 1000);
const doubling = (attempts: number): number => 1000 * 2 ** (attempts - 1);
const itemOf = (effective: Effective, name: string) => {
  const object = effective.objects.find(({ id }) => id.name === name);
  if (object === undefined) throw new Error(`no ${name}`);
  return { id: object.id, key: object.key };
};
const refusal = (name: string, extra: Partial<Failure> = {}): Failure => ({ ...itemOf(older, name), where: "app.yaml:1", message: `app.yaml:1: ConfigMap shop/${name}: refused`, verb: "apply", outcome: "Refused", ...extra });
const change = (name: string): Change => ({ ...itemOf(older, name), kind: "configured", corrections: [] });

/** Retries after these failures, one look a second from zero on. */
function after(...looks: readonly (readonly Failure[])[]): Retries {
  const retries: Retries = new Map();
  for (const [second, failures] of looks.entries()) noteRetries(retries, older, [], failures, at(second), doubling);
  return retries;
}

const held = (retries: Retries, seconds: number, effective = older): string[] => [...notYetDue(effective, retries, at(seconds)).values()].map(({ kind, reason }) => `${kind} ${reason}`);

describe("an object that was refused", () => {
  test("is held for a while with what the server said, and the others are not", () => {
    const retries = after([refusal("a")]);
    expect([held(retries, 0), held(retries, 0.999), held(retries, 1)]).toEqual([["Failed app.yaml:1: ConfigMap shop/a: refused"], ["Failed app.yaml:1: ConfigMap shop/a: refused"], []]);
  });

  test("waits longer each time, and each object on its own", () => {
    const retries = after([refusal("a")], [refusal("a"), refusal("b")], [refusal("a")]);
    expect([...retries].map(([key, { attempts, at: due }]) => `${key} ${attempts} ${due}`)).toEqual(["/ConfigMap/shop/a 3 6000", "/ConfigMap/shop/b 1 2000"]);
    expect([nextRetry(retries, at(0)), nextRetry(retries, at(2)), nextRetry(retries, at(6))]).toEqual([at(2), at(6), undefined]);
  });

  test("is tried at once with other content, and begins anew with it", () => {
    const retries = after([refusal("a")], [refusal("a")], [refusal("a")]);
    expect(held(retries, 2, newer)).toEqual([]);
    noteRetries(retries, newer, [], [refusal("a")], at(2), doubling);
    expect([...retries.values()].map(({ attempts }) => attempts)).toEqual([1]);
  });

  test("is as any other once it was applied", () => {
    const retries = after([refusal("a"), refusal("b")]);
    noteRetries(retries, older, [change("a")], [], at(1), doubling);
    expect([...retries.keys()]).toEqual(["/ConfigMap/shop/b"]);
  });

  test("keeps its pace while what was applied before is kept as it was, well or not", () => {
    const retries = after([refusal("a")], [refusal("a")]);
    const before = structuredClone([...retries]);
    const effective = holdSome(older, notYetDue(older, retries, at(1)), goodOf(newer), NO_IGNORES);
    noteRetries(retries, effective, [change("a")], [], at(1), doubling);
    noteRetries(retries, effective, [], [refusal("a")], at(1), doubling);
    expect([...retries]).toEqual(before);
  });
});

test.each<[string, Failure]>([
  ["it changed under our hands", refusal("a", { outcome: "Stale" })],
  ["something that it needs failed", refusal("a", { outcome: "NotSent" })],
  ["it is no longer desired", { ...refusal("a"), ...itemOf(configMaps("gone"), "gone") }],
  ["it could not be deleted", refusal("a", { verb: "delete" })],
])("an object is not held where %s", (_name, failure) => {
  expect(after([failure]).size).toBe(0);
});
