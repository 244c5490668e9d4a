import { describe, expect, test } from "vitest";
import type { Artifact } from "../../../../sources/source.ts";
import type { GitSource } from "../../../../src/api/git-source.ts";
import { Artifacts } from "../../../../src/controllers/artifacts.ts";
import { newestArtifact } from "../../../../src/controllers/git-source-content.ts";
import type { GitSourceDeps } from "../../../../src/controllers/git-source-deps.ts";
import { IdentityLimiters } from "../../../../src/kube/identity-limiters.ts";
import { Metrics } from "../../../../src/server/metrics.ts";
import { settle, VirtualClock } from "../../../support/virtual-clock.ts";

const sourceOf = (url: string, namespace: string): GitSource => ({ apiVersion: "driftless.dev/v1alpha1", kind: "GitSource", metadata: { name: "x", namespace }, spec: { url } });
const never = async <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Repositories by address: `silent` ones answer no look-up, `slow` ones no fetch, and what `here` ones have is stored. */
function looking() {
  const fetched: string[] = [];
  const artifact = { revision: "main@sha1:0" } as Artifact; // nothing else of it is looked at
  const parts: Partial<GitSourceDeps> = {
    repositories: {
      lookUp: ({ url }) => (url === "silent" ? never() : Promise.resolve({ name: "main", commit: "0" })),
      open: ({ url }) => Promise.resolve(url === "here" ? artifact : undefined),
      fetch: ({ url }) => {
        fetched.push(url);
        return url === "slow" ? never() : Promise.resolve(artifact);
      },
      retain: () => Promise.resolve(),
    },
    fetches: new IdentityLimiters(4), artifacts: new Artifacts(), metrics: new Metrics(), clock: new VirtualClock(),
  };
  const done: string[] = [];
  const look = async (url: string, namespace = "shop", times = 1): Promise<void> => {
    const one = async (): Promise<unknown> => newestArtifact(sourceOf(url, namespace), parts as GitSourceDeps, new AbortController().signal).then(() => done.push(url)); // no Secret is named, and nothing told
    for (let time = 0; time < times; time += 1) void one();
    await settle();
  };
  return { fetched, done, look };
}

describe("the newest content of a source", () => {
  test("comes however many other sources are not answered a look-up", async () => {
    const { done, look } = looking();
    await look("silent", "shop", 100);
    await look("good");
    expect(done).toEqual(["good"]);
  });

  test("is fetched with few others at the same time, and not kept waiting by another namespace's", async () => {
    const { fetched, done, look } = looking();
    await look("slow", "shop", 100);
    expect(fetched).toEqual(["slow", "slow"]);
    await look("good", "elsewhere");
    expect(done).toEqual(["good"]);
  });

  test("is not fetched when it is here", async () => {
    const { fetched, done, look } = looking();
    await look("slow", "shop", 100);
    await look("here");
    expect([fetched.includes("here"), done]).toEqual([false, ["here"]]);
  });
});
