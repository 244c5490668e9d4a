import { describe, expect, test } from "vitest";
import { formatFunctions } from "../../../../../charts/helm/functions/format.ts";
import { type CallScope, GoList, type GoValue, int } from "../../../../../charts/helm/go/value.ts";

const scope: CallScope = { spend: () => undefined, spendText: () => undefined, now: new Date(0), random: (count) => new Uint8Array(count), renewAt: () => undefined };

const call = (name: string, ...args: GoValue[]): GoValue | undefined => formatFunctions.get(name)?.call(args, scope);

describe("functions that print", () => {
  test("print, printf and println are fmt's", () => {
    expect(call("print", int(1), int(2), "a")).toBe("1 2a");
    expect(call("printf", "%s-%d", "a", int(1))).toBe("a-1");
    expect(call("printf", "%d", 1)).toBe("%!d(float64=1)");
    expect(call("println", "a", null)).toBe("a <nil>\n");
    expect(call("print")).toBe("");
  });

  test.each<readonly [string, string, string]>([
    ["html", `a<b>&"'\u0000\u0001é`, "a&lt;b&gt;&amp;&#34;&#39;\uFFFD\u0001é"],
    ["js", `\\'"<>&=\n\u007Fé\u00A0😀\u{E0001}\uDCFF`, String.raw`\\\'\"\u003C\u003E\u0026\u003D\u000A` + "\u007Fé" + String.raw`\u00A0😀\uE0001` + "\uDCFF"],
    ["urlquery", "a b/c?é&=+-_.~*\uDCFF\n", "a+b%2Fc%3F%C3%A9%26%3D%2B-_.~%2A%FF%0A"],
    ["urlquery", "plain", "plain"],
  ])("%s of %j is %j", (name, text, expected) => expect(call(name, text)).toBe(expected));

  test("escapers print what is no text first, nil as no value", () => {
    expect(call("html", null)).toBe("&lt;no value&gt;");
    expect(call("html", new GoList([null, "<"]), int(1))).toBe("[&lt;nil&gt; &lt;] 1");
    expect(call("js", 1.5, "'")).toBe(String.raw`1.5\'`);
    expect(call("urlquery", "a", "b")).toBe("ab");
  });
});
