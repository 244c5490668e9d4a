import { expect, test } from "vitest";
import { ReconcileError } from "../../../src/errors.ts";

test("an error shows nothing that steers a terminal, and keeps its lines", () => {
  const error = new ReconcileError("BUILD_FAILED", "bad \u001B[31mred\u001B[0m\u0007 name \u202Egnp.exe\r\n\tnext: “ü”", { position: { file: "a\u001B.yaml", line: 2 } });
  expect(error.message).toBe("a.yaml:2: bad [31mred[0m name gnp.exe\n\tnext: “ü”");
});
