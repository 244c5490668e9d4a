import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { afterClose, afterFailure } from "../../../../src/kube/reflector-policy.ts";

const failed = (status: number, retryAfterMs?: number): KubeApiError => new KubeApiError(status, "", "m", { retryAfterMs });

describe("after a failure a reflector", () => {
  test.each([
    ["lists again at once when the version is too old", failed(410), "watch", 1, { kind: "Relist", delayMs: 0 }],
    ["waits before the next list when versions keep expiring", failed(410), "list", 3, { kind: "Relist", delayMs: 500 }],
    ["does not believe the first refusal to watch", failed(403), "watch", 1, { kind: "Resume", delayMs: 125 }],
    ["does not believe the fourth refusal to list", failed(403), "list", 4, { kind: "Relist", delayMs: 1_000 }],
    ["tries a forbidden kind slowly", failed(403), "watch", 5, { kind: "Forbidden", delayMs: 30_000 }],
    ["tries a kind that went slowly", failed(404), "list", 1, { kind: "Gone", delayMs: 30_000 }],
    ["resumes a broken watch", failed(0), "watch", 1, { kind: "Resume", delayMs: 125 }],
    ["repeats a failed list", failed(500), "list", 2, { kind: "Relist", delayMs: 250 }],
    ["waits as long as the server asks", failed(429, 7_000), "watch", 1, { kind: "Resume", delayMs: 7_000 }],
    ["waits no longer than half a minute, whatever is asked", failed(429, 900_000), "watch", 1, { kind: "Resume", delayMs: 30_000 }],
    ["takes any other error for a broken connection", new TypeError("x"), "watch", 1, { kind: "Resume", delayMs: 125 }],
  ] as const)("%s", (_name, error, verb, failures, expected) => {
    expect(afterFailure(error, verb, failures, 0)).toEqual(expected);
  });

  test("waits at most half a minute, however often it failed", () => {
    expect(afterFailure(failed(500), "watch", 1_000, 0.999).delayMs).toBeLessThanOrEqual(30_000);
  });

  test("goes on at once after a watch that endured, not after one that ended as good as unopened", () => {
    expect(afterClose(true, 0, 0)).toEqual({ kind: "Resume", delayMs: 0 });
    expect(afterClose(false, 2, 0)).toEqual({ kind: "Resume", delayMs: 250 });
  });
});
