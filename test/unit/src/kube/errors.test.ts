import { describe, expect, test } from "vitest";
import { KubeApiError } from "../../../../src/errors.ts";
import { KIND_NOT_SERVED, retryAfterHeader, statusToError, toKubeApiError, withoutSecretValues } from "../../../../src/kube/errors.ts";

const now = new Date("2026-01-01T00:00:00Z");
const status = (over: object): string => JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", ...over });

describe("errors of the API server", () => {
  test("carry reason, message and causes of the Status object", () => {
    const details = { causes: [{ reason: "FieldValueInvalid", message: "field is immutable", field: "spec.selector" }, { message: "x" }] };
    const error = toKubeApiError({ status: 422, body: status({ code: 422, reason: "Invalid", message: "no good", details }) }, "PATCH /x", now);
    expect(error).toMatchObject({ status: 422, reason: "Invalid", message: "no good", retryAfterMs: undefined });
    expect(error.causes).toEqual(details.causes);
  });

  test("name the request where the server sent no Status object", () => {
    const error = toKubeApiError({ status: 502, body: "<html>Bad Gateway" }, "GET /api", now);
    expect(error.message).toBe("GET /api: HTTP 502: <html>Bad Gateway");
  });

  test("tell an absent kind from an absent object", () => {
    expect(toKubeApiError({ status: 404, body: "404 page not found\n" }, "GET /x", now).reason).toBe(KIND_NOT_SERVED);
    expect(toKubeApiError({ status: 404, body: status({ code: 404, reason: "NotFound" }) }, "GET /x", now).reason).toBe("NotFound");
  });

  test("survive a body that only begins like JSON", () => {
    expect(toKubeApiError({ status: 500, body: '{"kind":"Status",' }, "GET /x", now).message).toContain("HTTP 500");
  });

  test.each([
    ["3", 3000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("Retry-After %j is %j ms", (value, expected) => {
    expect(retryAfterHeader(value, now)).toBe(expected);
  });

  test("take retryAfterSeconds from the Status object where there is no header", () => {
    const body = status({ code: 429, reason: "TooManyRequests", details: { retryAfterSeconds: 2 } });
    expect(toKubeApiError({ status: 429, body }, "GET /x", now).retryAfterMs).toBe(2000);
    expect(toKubeApiError({ status: 429, retryAfter: "5", body }, "GET /x", now).retryAfterMs).toBe(5000);
  });

  test("of a watch event are made from the Status in it", () => {
    expect(statusToError({ kind: "Status", code: 410, reason: "Expired", message: "too old resource version" })).toMatchObject({ status: 410, reason: "Expired" });
  });
});

describe("errors about a Secret", () => {
  const secret = { apiVersion: "v1", kind: "Secret" };
  const masked = (message: string, body: unknown): string => withoutSecretValues(new KubeApiError(400, "BadRequest", message), secret, body).message;

  test("quote no value that was sent, in clear or base64", () => {
    const body = { data: { a: "aHVudGVyMg==" }, stringData: { b: "s3cret", c: "s3cret-longer" } };
    const text = masked("bad aHVudGVyMg== hunter2 s3cret-longer s3cret", body);
    expect(text).toBe("bad *** *** *** ***");
  });

  test("quote no value that a type error prints", () => {
    expect(masked(".data.pin: expected string, got &value.valueUnstructured{Value:1e+06}", { data: { pin: 1000000 } })).toBe(".data.pin: expected string, got ***");
  });

  test("quote no value of a patch", () => {
    expect(masked("cannot apply hunter2", [{ op: "add", path: "/data/x", value: "hunter2" }])).toBe("cannot apply ***");
  });

  test("keep causes, masked, with status and reason", () => {
    const error = new KubeApiError(422, "Invalid", "m", { causes: [{ field: "data[x]", message: "s3cret is bad" }] });
    expect(withoutSecretValues(error, secret, { stringData: { x: "s3cret" } })).toMatchObject({
      status: 422, reason: "Invalid", causes: [{ field: "data[x]", message: "*** is bad" }],
    });
  });

  test("of other kinds stay as they are", () => {
    const error = new KubeApiError(400, "BadRequest", "hunter2");
    expect(withoutSecretValues(error, { apiVersion: "v1", kind: "ConfigMap" }, { data: { a: "hunter2" } })).toBe(error);
  });
});
