import { expect, test } from "vitest";
import { formatRevision, parseRevision, shortRevision } from "../../../sources/source.ts";

const COMMIT = "4f2c9d1a".repeat(5);

test("a revision names ref and commit, and is read back", () => {
  for (const name of ["main", "feature/x@y", ""]) {
    expect(parseRevision(formatRevision(name, COMMIT))).toEqual({ name, commit: COMMIT });
  }
});

test("a revision is shortened for people", () => {
  expect(shortRevision(`main@sha1:${COMMIT}`)).toBe("main@4f2c9d1");
  expect(shortRevision(`sha1:${COMMIT}`)).toBe("4f2c9d1");
  expect(shortRevision("something else")).toBe("something else");
});

test("text that is no revision is not read", () => {
  for (const text of ["", "main", "main@sha1:123", `@sha1:${COMMIT}`, `main@sha256:${COMMIT}`]) expect(parseRevision(text)).toBeUndefined();
});
