import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText } from "../../../../../src/notify/text/clean.ts";
import { cutText, fitEscaped, fitLines } from "../../../../../src/notify/text/cut.ts";
import { markdown } from "../../../../../src/notify/text/markdown.ts";
import { mrkdwn } from "../../../../../src/notify/text/mrkdwn.ts";
import { HOSTILE } from "../../../../support/notify/typical.ts";

const hostile = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ unit: "grapheme", maxLength: 300 }), fc.array(fc.constantFrom(...HOSTILE, "*", "_", "`", "<", ">", "&", "@", ":", "here", " ", "\n", "a", "\u200D", "👩", "\u0301"), { maxLength: 40 }).map((parts) => parts.join("")));

describe("clean text", () => {
  test.each([
    ["deployment web", "deployment web"],
    ["a\r\nb\tc   d", "a b c d"],
    ["\u001B[31mred\u001B[0m", "[31mred[0m"],
    ["\u202Egnp.exe\u202C", "gnp.exe"],
    ["pay\u200Bload\uFEFF", "payload"],
    ["\u{E0041}tag", "tag"],
    ["\uD800x\uDFFF", "x"],
    ["a\u0301\u0302\u0303\u0304\u0305\u0306b", "a\u0301\u0302\u0303\u0304b"],
    ["Zoë 東京 🚀", "Zoë 東京 🚀"],
    ["👩‍👧", "👩👧"],
    ["", ""],
  ])("of %j is %j", (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  test("is one well-formed line without anything unseen, and cleaning it changes nothing", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u);
        expect(clean.isWellFormed()).toBe(true);
        expect(cleanText(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });
});

describe("cutting", () => {
  test.each([
    ["short", 10, "short"],
    ["exactly", 7, "exactly"],
    ["something long", 10, "something…"],
    ["🚀🚀🚀", 4, "🚀…"],
    ["e\u0301e\u0301e\u0301", 4, "e\u0301…"],
    ["🇩🇪🇫🇷🇯🇵", 9, "🇩🇪🇫🇷…"],
    ["anything", 1, "…"],
    ["anything", 0, ""],
  ])("%j to %i gives %j", (text, max, expected) => {
    expect(cutText(text, max)).toBe(expected);
  });

  test("never exceeds the limit, splits no character, and keeps what fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, max) => {
        const cut = cutText(text, max);
        expect(cut.length).toBeLessThanOrEqual(Math.max(max, 0));
        expect(cut.isWellFormed()).toBe(true);
        if (text.length <= max) expect(cut).toBe(text);
      }),
    );
  });

  test("escapes what is left, within the limit, and cuts no escape in two", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const fitted = fitEscaped(cleanText(text), max, mrkdwn);
        expect(fitted.length).toBeLessThanOrEqual(max);
        expect(fitted.replaceAll(/&(amp|lt|gt);/g, "")).not.toMatch(/[&<>]/);
      }),
      { numRuns: 500 },
    );
  });

  test("of lines tells how many are missing", () => {
    expect(fitLines(["one", "two", "three"], 100, mrkdwn)).toBe("one\ntwo\nthree");
    expect(fitLines(["one", "two", "three", "four"], 19, mrkdwn)).toBe("one\n… and 3 more");
    expect(fitLines(["a very long first line", "two"], 20, mrkdwn)).toBe("a very…\ntwo");
    fc.assert(
      fc.property(fc.array(hostile.map(cleanText), { maxLength: 30 }), fc.integer({ min: 30, max: 400 }), (lines, max) => {
        expect(fitLines(lines, max, mrkdwn).length).toBeLessThanOrEqual(max);
      }),
      { numRuns: 300 },
    );
  });
});

describe("mrkdwn", () => {
  test.each([
    ["<!channel>", "&lt;!channel&gt;"],
    ["&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"],
    ["@here and jane@example.com", "@\u2060here and jane@example.com"],
    ["*bold* and _it_ and ~no~ and `code`", "∗bold∗ and ˍitˍ and ∼no∼ and ˋcodeˋ"],
    ["my_config_map a*b 2~3", "my_config_map a*b 2~3"],
    ["> quoted", "› quoted"],
    ["a > b", "a &gt; b"],
    [":boom: at 12:30:45", ":\u2060boom: at 12:\u206030:45"],
    ["sha256:9c1f", "sha256:9c1f"],
    ["Deployment shop/web: /spec/replicas is 5", "Deployment shop/web: /spec/replicas is 5"],
  ])("of %j is %j", (text, expected) => {
    expect(mrkdwn(text)).toBe(expected);
  });
});

describe("markdown", () => {
  test.each([
    ["*bold* [x](http://evil) <b>", String.raw`\*bold\* \[x\]\(http` + "\u2060" + String.raw`://evil\) \<b\>`],
    ["# head", String.raw`\# head`],
    ["- item", String.raw`\- item`],
    ["1. item", String.raw`1\. item`],
    ["a - b 1. c", "a - b 1. c"],
    ["@here", "@\u2060here"],
    ["www.evil.example", "www\u2060.evil.example"],
    ["my_map", String.raw`my\_map`],
    [String.raw`\*`, String.raw`\\\*`],
    ["=====", String.raw`\=====`],
  ])("of %j is %j", (text, expected) => {
    expect(markdown(text)).toBe(expected);
  });
});
