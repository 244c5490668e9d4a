import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { BUDGET, loadCel } from "../../../../reconciler/health/cel.ts";
import type { Cel } from "../../../../reconciler/health/cel.ts";
import { CelVariables } from "../../../../reconciler/health/cel-value.ts";
import type { JsonObject } from "../../../../src/object/json.ts";

let cel: Cel;
beforeAll(async () => {
  cel = await loadCel();
});

const object: JsonObject = {
  metadata: { name: "cart", generation: 3, annotations: { "example.com/mode": "fast" }, managedFields: [{ manager: "someone" }] },
  spec: { replicas: 3, share: 0.5, big: 9_007_199_254_740_993n, many: Array.from({ length: 3000 }, (_, index) => index), text: "x".repeat(300_000) },
  status: { observedGeneration: 3, phase: "Ready", none: null, pods: [{ ready: true }], conditions: [{ type: "Ready", status: "True" }, { type: "Synced", status: "False" }] },
};
const evaluate = (text: string) => cel.compile(text)(new CelVariables(object));

describe("an expression over an object", () => {
  test.each([
    ["status.conditions.filter(c, c.type == 'Ready').all(c, c.status == 'True')", true],
    ["status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')", true],
    ["status.conditions.exists_one(c, c.status == 'False')", true],
    ["status.conditions.map(c, c.type) == ['Ready', 'Synced']", true],
    ["status.conditions.map(c, c.status == 'True', c.type) == ['Ready']", true],
    ["[1, 2].map(x, [3, 4].map(y, x * y)) == [[3, 4], [6, 8]]", true],
    ["spec.many.map(x, x).filter(x, x > 2997) == [2998, 2999]", true],
    ["has(status.observedGeneration) && status.observedGeneration == metadata.generation", true],
    ["has(status.nothing)", false],
    ["has(status.pods[0].ready) && status.pods[0].ready", true],
    ["has(status.nothing) ? status.nothing == 1 : true", true],
    ["status.none == null", true],
    ["metadata.annotations['example.com/mode'] == 'fast' && 'example.com/mode' in metadata.annotations", true],
    ["spec.replicas + 1 == 4 && spec.replicas > 2.5 && spec.share < 1", true],
    ["spec.big == 9007199254740993", true],
    ["size(status.conditions) == 2 && status.phase.size() == 5", true],
    ["status.phase in ['Ready', 'Bound'] || status.nothing", true],
    ["status.nothing || true", true],
    ["status.phase.matches('^Re.*y$') && !status.phase.matches('(?i)^RED')", true],
    ["'a,b'.split(',') == ['a', 'b'] && ' a '.trim() == 'a' && 'aB'.lowerAscii() == 'ab' && 'abc'.substring(1) == 'bc'", true],
    ["timestamp('2026-01-01T00:00:00Z') + duration('1h') < timestamp('2026-01-01T02:00:00Z')", true],
    ["has(metadata.managedFields)", false],
  ])("%s is %s", (text, expected) => expect(evaluate(text)).toBe(expected));

  test.each([
    ["status.nothing == 1", "field not found: nothing at 1:7"],
    ["true &&\n  nothing.at.all == 1", "unresolved attribute at 2:3"],
    ["status.phase", "it is neither true nor false"],
    ["status.phase + 1 == 'Ready1'", "found no matching overload for '_+_' applied to '(string, int)' at 1:14"],
    ["1 / 0 == 1", "int divide by zero"],
    ["constructor == 1", "unresolved attribute at 1:1"],
    ["status.__proto__ == 1", "field not found: __proto__ at 1:7"],
    ["status.phase.matches('(a)\\\\1')", "error parsing regexp: invalid escape sequence: `\\1` at 1:13"],
  ])("%s cannot be told: %s", (text, error) => expect(evaluate(text)).toEqual({ error }));
});

describe("text that is no expression", () => {
  test.each([
    ["status.", "1:7: found . but expecting end of input"],
    ["true\n&& a b", "2:6: found b but expecting end of input"],
    ["status.?phase.orValue('') == ''", "1:7: found . but expecting end of input; write has(a.b) ? a.b == … : … instead of optional fields (a.?b)"],
    ["status.phase.reversed() == ''", "there is no function reversed"],
    ["['a'].join('b') == ''", "there is no function join"],
  ])("%s is refused: %s", (text, message) => expect(() => cel.compile(text)).toThrow(new SyntaxError(message)));
});

test("an expression that is nested without end is refused", () => {
  expect(() => cel.compile(`${"(".repeat(9000)}true${")".repeat(9000)}`)).toThrow(new SyntaxError("it is nested too deeply"));
});

describe("an expression that is too much work", () => {
  test.each([
    ["loops in loops", "spec.many.all(x, spec.many.all(y, x + y >= 0))"],
    ["loops in loops that swallow errors", "spec.many.exists(x, spec.many.exists(y, spec.many.exists(z, 1 / 0 == 1)))"],
    ["loops beside one another after the budget is spent", "spec.many.all(x, spec.many.all(y, true)) || spec.many.all(x, spec.many.all(y, true))"],
    ["text that doubles", `size([status.phase]${".map(a, a + a)".repeat(40)}) == 1`],
    ["lists that double", `size([[1]]${".map(a, a + a)".repeat(40)}) == 1`],
    ["a tree that doubles and is compared", `[[0]]${".map(a, [a, a])".repeat(40)} == [[1]]`],
    ["long text searched in a loop", "spec.many.exists(x, spec.text.contains('y'))"],
    ["a pattern over long text", "spec.text.matches('(x+x+)+y')"],
    ["a pattern with many states", `'a'.matches('${"b{900}".repeat(10)}')`],
    ["time zones in a loop", "spec.many.exists(x, timestamp('2026-01-01T00:00:00Z').getHours('Europe/Berlin') == 99)"],
  ])("is ended: %s", (_, text) => expect(evaluate(text)).toEqual({ error: `it takes more than ${BUDGET} steps` }));

  test("leaves the next one its whole budget", () => {
    evaluate("spec.many.all(x, spec.many.all(y, x + y >= 0))");
    expect(evaluate("spec.many.all(x, x >= 0)")).toBe(true);
  });

  test("does not include a catastrophic pattern, which is linear here", () => {
    const text = `${"a".repeat(200)}!`;
    expect(cel.compile("status.text.matches('^(a+)+$')")(new CelVariables({ status: { text } }))).toBe(false);
  });
});

test("whatever an object holds, there is an answer", () => {
  const expressions = ["status.a == status.b", "status.all(k, status[k] == status[k])", "size(status) > 0 && status.a.exists(x, x == status.b)"].map((text) => cel.compile(text));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor", ""), fc.jsonValue()), (status) => {
      for (const expression of expressions) {
        const verdict = expression(new CelVariables({ status }));
        expect(typeof verdict === "boolean" || typeof verdict.error === "string").toBe(true);
      }
    }),
  );
});
