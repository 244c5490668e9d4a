import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import type { Failure } from "../../../../src/kube/retry-policy.ts";
import { isOverload, MAX_ATTEMPTS, planRetry } from "../../../../src/kube/retry-policy.ts";

const answer = (status: number, retryAfterMs?: number, message = "m"): Failure => ({
  kind: "Answer", error: new KubeApiError(status, "", message, { retryAfterMs }),
});
const network = (code: string): Failure => ({ kind: "Network", code, error: new KubeApiError(0, "", "m") });
const retried = (failure: Failure, repeatable: boolean): boolean => planRetry(failure, repeatable, 1, 0) !== undefined;

describe("retries", () => {
  test.each([
    ["a 429", answer(429), true, true],
    ["a 503", answer(503), true, false],
    ["a 500 with Retry-After", answer(500, 1000), true, false],
    ["a 504 with Retry-After", answer(504, 1000), true, false],
    ["a 500", answer(500), false, false],
    ["a 500 while etcd elects", answer(500, undefined, "etcdserver: leader changed"), true, false],
    ["a 409", answer(409), false, false],
    ["a 409 with Retry-After", answer(409, 1000), false, false],
    ["a 403", answer(403), false, false],
    ["a refused connection", network("ECONNREFUSED"), true, true],
    ["a reset connection", network("ECONNRESET"), true, false],
    ["a connection closed by the other side", network("UND_ERR_SOCKET"), true, false],
    ["a timeout", network("UND_ERR_HEADERS_TIMEOUT"), false, false],
    ["a wrong certificate", network("DEPTH_ZERO_SELF_SIGNED_CERT"), false, false],
  ])("%s: repeatable %s", (_name, failure, whenRepeatable, whenNot) => {
    expect([retried(failure, true), retried(failure, false)]).toEqual([whenRepeatable, whenNot]);
  });

  test("wait for what the server asked, and a random part of it more", () => {
    expect(planRetry(answer(429, 1000), false, 1, 0)).toEqual({ delayMs: 1000, holdSlot: true });
    expect(planRetry(answer(429, 1000), false, 1, 0.999)?.delayMs).toBe(1200);
    expect(planRetry(answer(503, 1000), true, 1, 0)).toEqual({ delayMs: 1000, holdSlot: false });
  });

  test("back off when the server asked for nothing", () => {
    const delays = [1, 2, 3, 4, 5].map((attempt) => planRetry(answer(429), false, attempt, 0)?.delayMs ?? -1);
    expect(delays).toEqual([100, 200, 400, 800, 1600]);
  });

  test("end after the last attempt, and when the wait is too long to hold a caller", () => {
    expect(planRetry(answer(429, 10), true, MAX_ATTEMPTS, 0)).toBeUndefined();
    expect(planRetry(network("ECONNRESET"), true, 3, 0)).toBeUndefined();
    expect(planRetry(answer(429, 60_000), true, 1, 0)).toBeUndefined();
  });

  test.each([
    [answer(429), true], [answer(503), true], [answer(500), false], [answer(404), false],
    [network("UND_ERR_HEADERS_TIMEOUT"), true], [network("ECONNRESET"), false],
  ])("overload is told from other failures (%#)", (failure, expected) => {
    expect(isOverload(failure)).toBe(expected);
  });
});
