import { readFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { OPERATOR_ENVIRONMENT, OPERATOR_NODE_FLAGS } from "../../../src/node-flags.ts";

test("the image starts Node with the operator's flags and environment", async () => {
  const dockerfile = await readFile(new URL("../../../deploy/Dockerfile", import.meta.url), "utf8");
  const [, entrypoint = "[]"] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  expect((JSON.parse(entrypoint) as string[]).slice(1, -1)).toEqual(OPERATOR_NODE_FLAGS);
  for (const [name, value] of Object.entries(OPERATOR_ENVIRONMENT)) expect(dockerfile).toMatch(new RegExp(`^ENV .*\\b${name}=${value}$`, "m"));
});

test("this Node knows the flags", () => {
  const { status, stderr } = spawnSync(process.execPath, [...OPERATOR_NODE_FLAGS, "--eval", ""], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
