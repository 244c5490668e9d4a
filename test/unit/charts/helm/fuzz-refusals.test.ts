import { expect, test } from "vitest";
import { isSameRefusal } from "../../../bench/helm/fuzz-refusals.ts";

const OUTER = 'Error: template: fuzz/templates/1.yaml:5:8: executing "fuzz/templates/1.yaml" at <include "b" .>: error calling include: ';
const helm = (reason: string): string => `${OUTER}template: fuzz/templates/1.yaml:2:16: executing "b" at <f .x>: error calling f: ${reason}\n\nUse --debug flag to render out invalid YAML\n`;
const ours = (reason: string, place = "1.yaml:2:17", from = "1.yaml:5"): string => `chart-7/templates/${place}: ${reason}; it was called from chart-7/templates/${from}`;

test.each([
  ["the same words", ours("bad thing"), helm("bad thing")],
  ["a value that is hidden", ours('improper constraint: "…"'), helm('improper constraint: "1h30m"')],
  ["the value that cannot be compared", ours("non-comparable type []interface {}"), helm("non-comparable type [1 2]: []interface {}")],
  ["both values", ours("non-comparable types []string and map[string]interface {}"), helm("non-comparable types [a]: []string, map[string]interface {}: map[b:\nc]")],
  ["the address that cannot be read", ours('unable to parse url: parse "…": missing protocol scheme'), helm('unable to parse url: parse ":x": missing protocol scheme')],
  ["what steers a terminal left out", ours('unexpected "ab"'), helm('unexpected "a\u0007b"')],
  ["the text of tpl", ours('function "text" not defined'), helm('cannot parse template "{{ text": template: gotpl:1: function "text" not defined')],
  ["Helm's other form", ours("at <.x>: range can't iterate over …"), 'Error: fuzz/templates/1.yaml:5:8\n  executing "a" at <include "b" .>:\n    error calling include:\nfuzz/templates/1.yaml:2:16\n  executing "b" at <.x>:\n    range can\'t iterate over it\'s\n'],
])("alike are refusals with %s", (_what, left, right) => {
  expect(isSameRefusal(left, right)).toBe(true);
});

test.each([
  ["another reason", ours("bad thing"), helm("worse thing")],
  ["the end of a reason only", ours("thing"), helm("bad thing")],
  ["another reason behind what is hidden", ours('improper version: "…"'), helm('improper constraint: "1h30m"')],
  ["another type", ours("non-comparable type []string"), helm("non-comparable type [1 2]: []interface {}")],
  ["another line", ours("bad thing", "1.yaml:3:17"), helm("bad thing")],
  ["another column", ours("bad thing", "1.yaml:2:16"), helm("bad thing")],
  ["another file", ours("bad thing", "2.yaml:2:17"), helm("bad thing")],
  ["another line that it was called from", ours("bad thing", "1.yaml:2:17", "1.yaml:6"), helm("bad thing")],
])("otherwise are refusals with %s", (_what, left, right) => {
  expect(isSameRefusal(left, right)).toBe(false);
});
