import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AuditRecords } from "../../../../src/controllers/audit-records.ts";
import type { ObjectId } from "../../../../src/object/object-id.ts";
import { requestOf } from "../../../support/audit-events.ts";

const id = (name: string): ObjectId => ({ group: "apps", kind: "Deployment", namespace: "shop", name });

test("requests are found by object, with those of its collection and its namespace", () => {
  const records = new AuditRecords();
  const [web, all, namespace, other] = [requestOf(), requestOf({ verb: "deletecollection", name: "" }), requestOf({ verb: "delete", group: "", kind: "Namespace", namespace: "", name: "shop" }), requestOf({ name: "cart" })];
  for (const record of [web, all, namespace, other]) records.add(record, 0);
  expect(records.about(id("web"))).toEqual([web, all, namespace]);
});

test("they go by age, per object, and in all", () => {
  const records = new AuditRecords({ total: 5, perObject: 2, ageMs: 1000 });
  for (let index = 0; index < 4; index += 1) records.add(requestOf({ user: `u${index}` }), 0);
  expect(records.about(id("web")).map(({ user }) => user)).toEqual(["u2", "u3"]);
  for (let index = 0; index < 6; index += 1) records.add(requestOf({ name: `n${index}` }), 10);
  expect([records.about(id("n0")).length, records.about(id("n1")).length, records.about(id("web")).length, records.size]).toEqual([0, 1, 0, 5]);
  records.add(requestOf({ name: "late" }), 2000);
  expect([records.about(id("n5")).length, records.size]).toEqual([0, 1]);
});

test("there are never more than the limits say, and the newest is always there", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(300)), { maxLength: 200 }), (steps) => {
      const records = new AuditRecords({ total: 20, perObject: 6, ageMs: 1000 });
      let now = 0;
      for (const [object, pause] of steps) {
        now += pause;
        const record = requestOf({ name: `n${object}` });
        records.add(record, now);
        expect(records.about(id(`n${object}`)).at(-1)).toBe(record);
        expect(records.about(id(`n${object}`)).length).toBeLessThanOrEqual(6);
        expect(records.size).toBeLessThanOrEqual(20);
      }
    }),
  );
});
