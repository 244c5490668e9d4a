import { describe, expect, test } from "vitest";
import type { LogLevel } from "../../../src/config.ts";
import { createLogger, RECONCILE_ID } from "../../../src/logger.ts";
import { redactFields, redactText } from "../../../src/redaction.ts";

function capture(level: LogLevel) {
  const lines: string[] = [];
  const logger = createLogger({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { logger, lines, parsed: () => lines.map((line): unknown => JSON.parse(line)) };
}

describe("createLogger", () => {
  test("writes one JSON object per line with level, time and message", () => {
    const { logger, lines, parsed } = capture("info");
    logger.info({ revision: "main@sha1:4f2c", durationMs: 12 }, "applied");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("}\n")).toBe(true);
    expect(parsed()).toEqual([{ level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/) as string, revision: "main@sha1:4f2c", durationMs: 12, message: "applied" }]);
  });

  test("leaves out what is below its level", () => {
    const { logger, parsed } = capture("warn");
    logger.debug({}, "one");
    logger.info({}, "two");
    logger.warn({}, "three");
    logger.error({}, "four");
    expect(parsed()).toMatchObject([{ message: "three" }, { message: "four" }]);
  });

  test("puts the fields of a child on each of its lines", () => {
    const { logger, parsed } = capture("info");
    logger.child({ [RECONCILE_ID]: "r-1" }).child({ application: "shop/shop" }).info({ object: "x" }, "done");
    expect(parsed()).toMatchObject([{ reconcileID: "r-1", application: "shop/shop", object: "x" }]);
  });

  test("covers secrets in fields, in child fields and in the message", () => {
    const { logger, lines } = capture("info");
    logger.child({ token: "s3cr3t-1" }).info({ url: "https://me:s3cr3t-2@git.example/x" }, "sent Authorization: Bearer s3cr3t-333333");
    expect(lines.join("")).not.toContain("s3cr3t");
  });
});

describe("redactText", () => {
  test.each([
    ["https://me:pw@git.example/shop.git", "https://[redacted]@git.example/shop.git"],
    ["https://token@git.example/shop.git", "https://[redacted]@git.example/shop.git"],
    ["Authorization: Basic bWU6c2VjcmV0", "Authorization: Basic [redacted]"],
    ["header eyJhbGciOiJub25l.eyJzdWIiOiJ4.c2ln was refused", "header [redacted] was refused"],
    ["-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nrest", "[redacted]\nrest"],
    ["-----BEGIN PRIVATE KEY-----\ncut off", "[redacted]"],
    [`push with ghp_${"a".repeat(36)}`, "push with [redacted]"],
    ["a basic problem in base/x.yaml", "a basic problem in base/x.yaml"],
    ["image registry.example/shop@sha256:0123", "image registry.example/shop@sha256:0123"],
    ["main@sha1:4f2c9d applied in 3 s", "main@sha1:4f2c9d applied in 3 s"],
  ])("%s", (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });
});

test("redactFields covers by name, leaves names of Secrets and undefined alone", () => {
  expect(redactFields({ password: "x", privateKey: "y", secretName: "git-auth", count: 3, token: undefined })).toEqual({
    password: "[redacted]",
    privateKey: "[redacted]",
    secretName: "git-auth",
    count: 3,
    token: undefined,
  });
});
