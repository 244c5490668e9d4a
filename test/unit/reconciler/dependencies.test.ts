import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dependantsOf, dependencyState } from "../../../reconciler/dependencies.ts";
import type { DependencyFacts } from "../../../reconciler/dependencies.ts";
import type { Application, ApplicationSpec, ApplicationStatus } from "../../../src/api/application.ts";

const REVISION = "main@sha1:2222222222222222222222222222222222222222";
const EARLIER = "main@sha1:1111111111111111111111111111111111111111";

interface Given {
  readonly spec?: Partial<ApplicationSpec>;
  readonly status?: Partial<ApplicationStatus>;
  readonly metadata?: object;
  readonly ready?: "True" | "False" | "Unknown";
  readonly message?: string;
}

/** `shop/a` or `a`, which depends on the names, and is ready at the revision unless told otherwise. */
function app(id: string, dependsOn: readonly string[] = [], { spec = {}, status = {}, metadata = {}, ready = "True", message = "fine" }: Given = {}): Application {
  const [name = "", namespace = "shop"] = id.split("/").toReversed();
  const names = dependsOn.map((text) => {
    const [other = "", of] = text.split("/").toReversed();
    return { name: other, ...(of === undefined ? {} : { namespace: of }) };
  });
  const conditions = [{ type: "Ready", status: ready, reason: "Why", message, lastTransitionTime: "2026-01-01T00:00:00Z" }];
  return {
    apiVersion: "driftless.dev/v1alpha1", kind: "Application", metadata: { name, namespace, generation: 3, ...metadata },
    spec: { sourceRef: { kind: "GitSource", name: "source" }, dependsOn: names, ...spec },
    status: { observedGeneration: 3, lastAppliedRevision: REVISION, conditions, ...status },
  };
}

function withoutStatus({ apiVersion, kind, metadata, spec }: Application): Application {
  return { apiVersion, kind, metadata, spec };
}

function facts(apps: readonly Application[], more: Partial<DependencyFacts> = {}): DependencyFacts {
  const byName = new Map(apps.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]));
  return { app: (namespace, name) => byName.get(`${namespace}/${name}`), readyAt: () => undefined, crossNamespace: true, ...more };
}

const stateOf = (apps: readonly [Application, ...Application[]], more: Partial<DependencyFacts> = {}) => dependencyState(apps[0], REVISION, facts(apps, more));

describe("an Application", () => {
  test("without dependencies is free to go", () => expect(stateOf([app("a")])).toEqual({ kind: "Ready" }));

  test("is free to go when all its dependencies are ready at this revision", () => {
    expect(stateOf([app("a", ["b", "other/c"]), app("b"), app("other/c")])).toEqual({ kind: "Ready" });
  });

  test.each<[string, Application | undefined, string]>([
    ["does not exist", undefined, "it does not exist"],
    ["is being deleted", app("b", [], { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), "it is being deleted"],
    ["is suspended", app("b", [], { spec: { suspend: true } }), "it is suspended"],
    ["has a spec that nobody looked at", app("b", [], { metadata: { generation: 4 } }), "its newest spec has not been looked at yet"],
    ["has no status", withoutStatus(app("b")), "its newest spec has not been looked at yet"],
    ["has no Ready condition", app("b", [], { status: { conditions: [] } }), "it is not ready"],
    ["is not ready", app("b", [], { ready: "False", message: "2 objects failed:\nDeployment shop/web" }), "not ready: 2 objects failed:"],
    ["is at an earlier revision of the same source", app("b", [], { status: { lastAppliedRevision: EARLIER } }), "it is not yet at main@2222222"],
  ])("waits for a dependency that %s", (_, dependency, reason) => {
    expect(stateOf([app("a", ["b"]), ...(dependency === undefined ? [] : [dependency])])).toEqual({ kind: "NotReady", message: `waiting for shop/b: ${reason}` });
  });

  test("does not ask for a revision of another source", () => {
    const other = { sourceRef: { kind: "GitSource" as const, name: "other" } };
    const behind = { lastAppliedRevision: EARLIER };
    expect(stateOf([app("a", ["b"]), app("b", [], { spec: other, status: behind })])).toEqual({ kind: "Ready" });
    expect(stateOf([app("a", ["other/b"]), app("other/b", [], { status: behind })])).toEqual({ kind: "Ready" });
  });

  test("takes the process's word for a commit that changed nothing for its dependency", () => {
    const apps = [app("a", ["b"]), app("b", [], { status: { lastAppliedRevision: EARLIER } })] as const;
    const knowing = (generation: number, revision: string) => stateOf([...apps], { readyAt: () => ({ generation, revision }) }).kind;
    expect([knowing(3, REVISION), knowing(2, REVISION), knowing(3, EARLIER)]).toEqual(["Ready", "NotReady", "NotReady"]);
  });

  test("names the first five that it waits for, sorted, each once and with its own reason", () => {
    const names = ["g", "f", "e", "d", "c", "b", "b"];
    expect(stateOf([app("a", names), app("c", [], { ready: "Unknown", message: "1 of 2 not healthy" })])).toEqual({
      kind: "NotReady",
      message: "waiting for shop/b: it does not exist; shop/c: not ready: 1 of 2 not healthy; shop/d: it does not exist; shop/e: it does not exist; shop/f: it does not exist; and 1 more",
    });
  });

  test("is refused a dependency on another namespace where the operator does not allow it", () => {
    expect(stateOf([app("a", ["b", "other/c"]), app("b"), app("other/c")], { crossNamespace: false })).toEqual({
      kind: "Refused", message: "spec.dependsOn names Applications of other namespaces, which this operator does not allow: other/c",
    });
    expect(stateOf([app("a", ["shop/b"]), app("b")], { crossNamespace: false })).toEqual({ kind: "Ready" });
  });
});

describe("a circle of dependencies", () => {
  const advice = "remove one of these from spec.dependsOn";

  test("of one is told", () => expect(stateOf([app("a", ["a"])])).toEqual({ kind: "Cycle", message: `dependency cycle: shop/a → shop/a; ${advice}` }));

  test("is told alike by all its members", () => {
    const apps = [app("c", ["a"]), app("a", ["b"]), app("b", ["c"])];
    for (const one of apps) expect(dependencyState(one, REVISION, facts(apps))).toEqual({ kind: "Cycle", message: `dependency cycle: shop/a → shop/b → shop/c → shop/a; ${advice}` });
  });

  test("across namespaces is told", () => {
    expect(stateOf([app("b", ["other/a"]), app("other/a", ["shop/b"])])).toMatchObject({ message: `dependency cycle: other/a → shop/b → other/a; ${advice}` });
  });

  test("does not involve who only waits for a member of it", () => {
    const apps = [app("z", ["a"]), app("a", ["b"], { ready: "False", message: "dependency cycle" }), app("b", ["a"])] as const;
    expect(stateOf([...apps])).toEqual({ kind: "NotReady", message: "waiting for shop/a: not ready: dependency cycle" });
  });
});

/** Every simple circle, by trying all ways. */
function circlesThrough(edges: Readonly<Record<string, readonly string[]>>, start: string, path: readonly string[] = [start]): string[][] {
  return (edges[path.at(-1) ?? start] ?? []).flatMap((next) => {
    if (next === start) return [[...path, start]];
    return path.includes(next) ? [] : circlesThrough(edges, start, [...path, next]);
  });
}

describe("over all graphs of a few Applications", () => {
  const NAMES = ["a", "b", "c", "d", "e"];
  const graph = fc.dictionary(fc.constantFrom(...NAMES), fc.subarray(NAMES), { noNullPrototype: true });

  test("a circle is told exactly by who is in one, and the told one exists", () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const apps = Object.entries(edges).map(([name, names]) => app(name, names));
        for (const one of apps) {
          const name = one.metadata.name;
          const state = dependencyState(one, REVISION, facts(apps));
          expect(state.kind === "Cycle").toBe(circlesThrough(edges, name).length > 0);
          if (state.kind !== "Cycle") continue;
          const told = /dependency cycle: (.*);/.exec(state.message)?.[1]?.replaceAll("shop/", "").split(" → ") ?? [];
          expect(circlesThrough(edges, told[0] ?? "")).toContainEqual(told);
          expect(told.slice(1, -1).every((other) => other > (told[0] ?? ""))).toBe(true);
        }
      }),
    );
  });

  test("who holds each other up tells the same circle", () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const apps = Object.entries(edges).map(([name, names]) => app(name, names));
        const messages = new Map(apps.map((one) => [one.metadata.name, dependencyState(one, REVISION, facts(apps))]));
        for (const name of messages.keys()) {
          for (const other of new Set(circlesThrough(edges, name).flat())) expect(messages.get(other)).toEqual(messages.get(name));
        }
      }),
    );
  });

  test("dependants are the reverse of dependencies", () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const apps = Object.entries(edges).map(([name, names]) => app(name, names));
        for (const name of NAMES) {
          const expected = Object.keys(edges).filter((other) => edges[other]?.includes(name)).sort();
          expect(dependantsOf({ namespace: "shop", name }, apps).map((one) => one.name)).toEqual(expected);
        }
      }),
    );
  });
});

test("a thousand Applications in a row are looked through at once", () => {
  const apps = Array.from({ length: 1000 }, (_, index) => app(`a${index}`, index === 999 ? [] : [`a${index + 1}`]));
  expect(dependencyState(apps[0] ?? app("none"), REVISION, facts(apps))).toEqual({ kind: "Ready" });
});
