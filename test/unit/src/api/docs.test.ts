import { describe, expect, test } from "vitest";
import { markdownTable, referencePages } from "../../../../src/api/docs.ts";

describe("the reference pages", () => {
  const pages = referencePages();

  test("are one per kind and one on conditions", () => {
    expect([...pages.keys()]).toEqual(["gitsource.md", "application.md", "release.md", "driftreport.md", "notifier.md", "conditions.md"]);
  });

  test("tell path, type, default and meaning of a field", () => {
    const page = pages.get("gitsource.md") ?? "";
    expect(page).toContain("| `spec.url` | string | **required** | Address of the repository");
    expect(page).toContain('| `spec.interval` | duration | `"1m"` | How often');
    expect(page).toContain("- `spec.ref`: name one of branch, tag or commit");
  });

  test("reach into lists", () => {
    expect(pages.get("driftreport.md")).toContain("| `status.findings[].manager` | string |");
  });

  test("tell of a failure when it is tried again", () => {
    expect(pages.get("conditions.md")).toMatch(/\| `RefNotFound` \| .* \| by itself, with growing delay \|/);
    expect(pages.get("conditions.md")).toMatch(/\| `BuildFailed` \| .* \| when spec, source or a referenced object changes \|/);
  });
});

test("markdownTable keeps a bar in a cell from ending it", () => {
  expect(markdownTable(["a"], [["x|y"]])).toBe("| a |\n| --- |\n| x\\|y |");
});
