import { describe, expect, test } from "vitest";
import { sumOf, summaryLine, tallyOfCheck, tallyOfVitest } from "../../../scripts/test-steps.ts";

const file = (status: string, ...tests: string[]) => ({ status, name: "x.test.ts", assertionResults: tests.map((each, index) => ({ status: each, fullName: `test ${index}` })) });
const report = (...testResults: object[]): string => JSON.stringify({ success: false, testResults });

describe("the tally of a vitest run", () => {
  test.each([
    ["counts tests", 1, report(file("failed", "passed", "failed"), file("passed", "passed")), { passed: 2, failed: 1, skipped: [] }],
    ["names what was skipped", 0, report(file("passed", "passed", "skipped", "todo", "pending")), { passed: 1, failed: 0, skipped: ["test 1", "test 2", "test 3"] }],
    ["counts a file that could not be loaded as a failure", 1, report(file("failed"), file("passed", "passed")), { passed: 1, failed: 1, skipped: [] }],
    ["counts an error outside of every test as a failure", 1, report(file("passed", "passed")), { passed: 1, failed: 1, skipped: [] }],
    ["counts a run without a report as a failure", 1, undefined, { passed: 0, failed: 1, skipped: [] }],
    ["counts a run without a report as a failure even when it says all is well", 0, undefined, { passed: 0, failed: 1, skipped: [] }],
  ])("%s", (_name, exitCode, text, tally) => {
    expect(tallyOfVitest(exitCode, text)).toEqual(tally);
  });
});

test("a check counts as one test", () => {
  expect([tallyOfCheck(0), tallyOfCheck(2)]).toEqual([{ passed: 1, failed: 0, skipped: [] }, { passed: 0, failed: 1, skipped: [] }]);
});

test("the last line is plain and names skipped tests only where there are some", () => {
  const sum = sumOf([tallyOfCheck(0), { passed: 10, failed: 1, skipped: ["a"] }, tallyOfCheck(1)]);
  expect(summaryLine(sum)).toBe("11 passed, 2 failed, 1 skipped");
  expect(summaryLine({ passed: 5, failed: 0, skipped: [] })).toBe("5 passed, 0 failed");
});
