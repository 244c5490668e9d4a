import { expect, test } from "vitest";
import { failing, NOON, rendered, scopeAt } from "./render-text.ts";

const at = (layout: string, seconds: number, zone = "UTC"): string => rendered(`{{ dateInZone ${JSON.stringify(layout)} (int64 ${seconds}) ${JSON.stringify(zone)} }}`);

test.each([
  ["Mon Jan _2 15:04:05 2006", "Wed Nov 14 22:13:20 2029"],
  ["Monday, 02-Jan-06 03:04:05PM MST", "Wednesday, 14-Nov-29 10:13:20PM UTC"],
  ["January 1 01 2 02 _2 002 __2", "November 11 11 14 14 14 318 318"],
  ["3:4:5 pm .000 .999 ,00", "10:13:20 pm .000  ,00"],
  ["Z07:00 Z0700 Z07 -07:00 -0700 -07 -070000 -07:00:00 Z07:00:00 Z070000", "Z Z Z +00:00 +0000 +00 +000000 +00:00:00 Z Z"],
  ["__2006 _2006 20062 Janet Month 0 00 .09", "318029 _2029 202914 Janet Month 0 00 .09"],
])("a layout shows the time as Go does: %s", (layout, text) => {
  expect(at(layout, 1_889_388_800)).toBe(text);
});

test.each([
  ["Europe/Berlin", "2024-07-01 02:00:00 +0200 CEST"],
  ["America/New_York", "2024-06-30 20:00:00 -0400 EDT"],
  ["Asia/Kolkata", "2024-07-01 05:30:00 +0530 IST"],
  ["America/Sao_Paulo", "2024-06-30 21:00:00 -0300 -03"],
  ["Asia/Kathmandu", "2024-07-01 05:45:00 +0545 +0545"],
  ["Etc/GMT+5", "2024-06-30 19:00:00 -0500 -05"],
  ["europe/berlin", "2024-07-01 00:00:00 +0000 UTC"],
  ["../etc/passwd", "2024-07-01 00:00:00 +0000 UTC"],
])("a zone has its offset and name, an unknown one is UTC: %s", (zone, text) => {
  expect(at("2006-01-02 15:04:05 -0700 MST", 1_719_792_000, zone)).toBe(text);
});

test("a zone's name for an offset is the one of its time", () => {
  expect([1_280_000_000, 1_400_000_000, 1_420_000_000].map((seconds) => at("-07 MST", seconds, "Europe/Moscow"))).toEqual(["+04 MSD", "+04 MSK", "+03 MSK"]);
  expect([at("2006 MST", 1e14, "Europe/Berlin"), at("2006 MST", -1e14, "UTC")]).toEqual(["3170843 CET", "-3166904 UTC"]);
});

test.each([
  ["2006-01-02T15:04:05Z07:00", "2020-02-29T23:59:59.5+05:30", "2020-02-29 23:59:59.5 +0530 +0530"],
  ["Mon Jan _2 15:04:05 MST 2006", "tue mar  3 08:11:36 CEST 2004", "2004-03-03 08:11:36 +0000 CEST"],
  ["02 Jan 06 3:04pm MST", "01 Dec 68 12:30am GMT+3", "2068-12-01 03:30:00 +0300 GMT+3"],
  ["2006 002", "2024 366", "2024-12-31 00:00:00 +0000 UTC"],
  ["15:04:05", "01:02:03,25", "0000-01-01 01:02:03.25 +0000 UTC"],
  ["2006-01-02 -0700", "2020-01-01 +0000", "2020-01-01 00:00:00 +0000 UTC"],
  ["2006", "x", "0001-01-01 00:00:00 +0000 UTC"],
])("toDate reads a time: %s", (layout, text, time) => {
  expect(rendered(`{{ toDate ${JSON.stringify(layout)} ${JSON.stringify(text)} }}`)).toBe(time);
});

test.each([
  ["2006-01-02", "2020-13-01", 'parsing time "2020-13-01": month out of range'],
  ["2006-01-02", "2021-02-29", 'parsing time "2021-02-29": day out of range'],
  ["2006-01-02", "2021-02-28Z", 'parsing time "2021-02-28Z": extra text: "Z"'],
  ["2006-01-02", "2021/02", 'parsing time "2021/02" as "2006-01-02": cannot parse "/02" as "-"'],
  ["Jan 2é", "Foo 2é", 'parsing time "Foo 2\\xc3\\xa9" as "Jan 2\\xc3\\xa9": cannot parse "Foo 2\\xc3\\xa9" as "Jan"'],
  ["-0700", "+2500", 'parsing time "+2500": time zone offset hour out of range'],
  ["2006 002 01", "2024 001 02", 'parsing time "2024 001 02": day-of-year does not match month'],
])("mustToDate fails in Go's words: %s of %s", (layout, text, message) => {
  expect(failing(`{{ mustToDate ${JSON.stringify(layout)} ${JSON.stringify(text)} }}`)).toBe(message);
});

test.each([
  ["{{ now }}", "2026-11-22 12:00:00 +0000 UTC"],
  ['{{ date "15:04" now }}{{ date "15:04" nil }}{{ date "15:04" "other" }}', "12:0012:0012:00"],
  ["{{ htmlDate (int64 0) }}{{ htmlDateInZone (int64 0) `America/New_York` }}", "1970-01-011969-12-31"],
  ['{{ now | dateModify "-1.5h" }}{{ now | date_modify "x" | unixEpoch }}', "2026-11-22 10:30:00 +0000 UTC1795348800"],
  ["{{ ago (toDate `2006` `2026`) }}{{ ago (int64 1795348790) }}", "7812h0m0s10s"],
  ["{{ now.Year }}{{ now.Month }}{{ now.Weekday }}{{ now.YearDay }}{{ now.Unix }}", "2026NovemberSunday3261795348800"],
  ["{{ now.AddDate 0 1 10 }}{{ (now.Add 60000000000).Minute }}{{ now.Sub (now.AddDate 0 0 -1) }}", "2027-01-01 12:00:00 +0000 UTC124h0m0s"],
  ["{{ toJson now }}{{ typeOf now }}{{ kindOf now }}{{ (now.Round 86400000000000).Day }}{{ (now.Truncate 86400000000000).Hour }}", '"2026-11-22T12:00:00Z"time.Timestruct230'],
])("dates: %s", (template, text) => {
  expect(rendered(template, null, scopeAt(NOON))).toBe(text);
});

test("only times are modified", () => {
  expect(failing('{{ mustDateModify "x" now }}')).toBe('time: invalid duration "x"');
  expect(failing('{{ dateModify "1h" 5 }}')).toMatch(/expected time\.Time|can't handle 5 for arg of type time\.Time/);
});
