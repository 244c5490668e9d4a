import { expect, test } from "vitest";
import { parseCommit, peelTag } from "../../../../sources/git/git-objects.ts";
import { hashObject } from "../../../../sources/git/oid.ts";
import type { GitObject, ObjectType } from "../../../../sources/git/oid.ts";
import type { ObjectReader } from "../../../../sources/git/snapshot.ts";

const TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const WHO = "Ada Lovelace <ada@example.com> 1700000000 +0100";

/** Objects in memory. */
class Objects implements ObjectReader {
  readonly #objects = new Map<string, GitObject>();

  add(type: ObjectType, text: string): string {
    const data = Buffer.from(text);
    const oid = hashObject(type, data);
    this.#objects.set(oid, { type, data });
    return oid;
  }

  typeOf(oid: string): ObjectType | undefined {
    return this.#objects.get(oid)?.type;
  }

  read(oid: string): GitObject {
    return this.#objects.get(oid) ?? { type: "blob", data: Buffer.alloc(0) };
  }
}

test("author, first line, time and tree of a commit are read", async () => {
  const objects = new Objects();
  const oid = objects.add("commit", `tree ${TREE}\nparent ${"1".repeat(40)}\nauthor ${WHO}\ncommitter Bob <b@example.com> 1700000001 -0700\ngpgsig -----BEGIN\n  x\n -----END\n\nfix the cart\n\nbody\n`);
  expect(await parseCommit(objects, oid)).toEqual({
    tree: TREE,
    info: { oid, author: "Ada Lovelace <ada@example.com>", message: "fix the cart", committedAt: new Date(1_700_000_001_000) },
  });
});

test("words of strangers are made fit for one line of a status", async () => {
  const objects = new Objects();
  const oid = objects.add("commit", `tree ${TREE}\nauthor E\u001b[31mve <e@example.com> 1 +0000\ncommitter ${WHO}\n\n${"long ".repeat(500)}\n`);
  const { info } = await parseCommit(objects, oid);
  expect(info.author).toBe("E [31mve <e@example.com>");
  expect(info.message.length).toBeLessThanOrEqual(500);
});

test.each(["", "hello", `tree ${TREE}\n\nno author`, `tree ${TREE}\nauthor ${WHO}\n\nno committer`, `tree ${TREE}\nauthor x\ncommitter y\n\nno time`, `author ${WHO}\ncommitter ${WHO}\n\nno tree`])(
  "the malformed commit %j is refused",
  async (text) => {
    const objects = new Objects();
    await expect(parseCommit(objects, objects.add("commit", text))).rejects.toMatchObject({ code: "GIT_PACK_INVALID" });
  },
);

test("what is no commit is told by its type", async () => {
  const objects = new Objects();
  await expect(parseCommit(objects, objects.add("blob", "x"))).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND", message: expect.stringContaining("is a blob, not a commit") as string });
});

test("tags are followed to what they lead to, within bounds", async () => {
  const objects = new Objects();
  const commit = "2".repeat(40);
  let tag = objects.add("tag", `object ${commit}\ntype commit\ntag v0\ntagger ${WHO}\n\nfirst\n`);
  expect(await peelTag(objects, commit)).toBe(commit);
  expect(await peelTag(objects, tag)).toBe(commit);
  for (let number = 1; number < 10; number++) tag = objects.add("tag", `object ${tag}\ntype tag\ntag v${number}\ntagger ${WHO}\n\nnext\n`);
  expect(await peelTag(objects, tag)).toBe(commit);
  tag = objects.add("tag", `object ${tag}\ntype tag\ntag v10\ntagger ${WHO}\n\none too many\n`);
  await expect(peelTag(objects, tag)).rejects.toMatchObject({ code: "GIT_PACK_INVALID", message: expect.stringContaining("more than 10 tags") as string });
});
