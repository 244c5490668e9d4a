import { expect, test } from "vitest";
import { RandomSource } from "../../../../../charts/helm/random.ts";
import { failing, rendered, scopeAt } from "./render-text.ts";

const SECRET = Buffer.alloc(32, 1);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const first = (secret: Uint8Array, identity: string, path: string): string => hex(new RandomSource(secret, identity).ofTemplate(path)(16));

test("a call's bytes are the same each time, and others for another secret, identity, template or call", () => {
  const bytes = new RandomSource(SECRET, "uid").ofTemplate("a");
  const both = [hex(bytes(16)), hex(bytes(16))];
  expect(first(SECRET, "uid", "a")).toBe(both[0]);
  expect(new Set([...both, first(Buffer.alloc(32, 2), "uid", "a"), first(SECRET, "uid2", "a"), first(SECRET, "uid", "b"), first(SECRET, "ui", "da")]).size).toBe(6);
});

test("how much one call takes changes nothing for the next", () => {
  const [little, much] = [new RandomSource(SECRET, "uid").ofTemplate("a"), new RandomSource(SECRET, "uid").ofTemplate("a")];
  expect(hex(much(1000)).startsWith(hex(little(3)))).toBe(true);
  expect(hex(much(40))).toBe(hex(little(40)));
});

test("the secret cannot be seen, and may change outside", () => {
  const secret = Buffer.alloc(32, 3);
  const source = new RandomSource(secret, "uid");
  const before = hex(source.ofTemplate("a")(8));
  secret.fill(0);
  expect(hex(source.ofTemplate("a")(8))).toBe(before);
  expect(Object.values(source)).toEqual([]);
  expect(JSON.stringify(source)).toBe("{}");
  expect(() => new RandomSource(Buffer.from("short-word"), "uid")).toThrow(/^the secret for random values has fewer than 16 bytes/);
});

test.each([
  ["{{ randAlpha 200 }}", /^[A-Za-z]{200}$/],
  ["{{ randAlphaNum 200 }}", /^[A-Za-z0-9]{200}$/],
  ["{{ randNumeric 200 }}", /^[0-9]{200}$/],
  ["{{ randAscii 200 }}", /^[ -~]{200}$/],
  ["{{ randBytes 32 }}", /^[A-Za-z0-9+/]{43}=$/],
  ["{{ uuidv4 }}", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ["{{ randAlpha 0 }}{{ randAlpha -1 }}{{ randBytes 0 }}{{ shuffle `` }}", /^$/],
])("%s has the form of sprig's, the same in each render and another for each call", (template, form) => {
  const text = rendered(template);
  expect(text).toMatch(form);
  expect(rendered(template)).toBe(text);
  expect(text === "" || rendered(template + template) !== text + text).toBe(true);
});

test("all characters occur about as often", () => {
  const counts = new Map<string, number>();
  for (const character of rendered("{{ randNumeric 10000 }}")) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect([...counts.values()].every((count) => count > 850 && count < 1150)).toBe(true);
  expect(counts.size).toBe(10);
});

test("shuffle keeps the characters", () => {
  const text = rendered("{{ shuffle `abcdefghijklmnopqrstuvwxyzé😀` }}");
  expect(Array.from(text).toSorted()).toEqual(Array.from("abcdefghijklmnopqrstuvwxyzé😀").toSorted());
  expect(text).not.toBe("abcdefghijklmnopqrstuvwxyzé😀");
});

test("a longer password does not change the one behind it", () => {
  const [short, long] = ["{{ randAlphaNum 8 }} {{ randAlphaNum 8 }}", "{{ randAlphaNum 80 }} {{ randAlphaNum 8 }}"].map((template) => rendered(template).split(" ")[1]);
  expect(short).toBe(long);
});

test("random text is paid for", () => {
  const poor = { ...scopeAt(), spendText: (count: number) => { if (count > 1e6) throw new Error("too much text"); } };
  expect(failing("{{ randAlpha 1000000000 }}", null, poor)).toBe("too much text");
  expect(failing("{{ randBytes -1 }}")).toBe("runtime error: makeslice: len out of range");
});
