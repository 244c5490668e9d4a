import { expect, test } from "vitest";
import { failing, rendered, scopeAt } from "./render-text.ts";

test.each([
  ['"1h2m3.5s"', "1h2m3.5s"],
  ['"-1.5h"', "-1h30m0s"],
  ['"1µs1ns"', "1.001µs"],
  ['" 2.5 "', "2.5s"],
  ['"1e3"', "16m40s"],
  ['"-2562047h47m16.854775808s"', "-2562047h47m16.854775808s"],
  ["90", "1m30s"],
  ["0.1", "100ms"],
  ['(mustToDuration "3m")', "3m0s"],
  ['"0"', "0s"],
])("mustToDuration %s", (value, text) => {
  expect(rendered(`{{ mustToDuration ${value} }}`)).toBe(text);
});

test.each([
  ['"1d"', 'could not parse duration "1d"'],
  ['" "', "empty duration"],
  ["nil", "invalid duration"],
  ["list", "unsupported duration type []interface {}"],
  ["9223372037", "duration seconds overflow: 9223372037"],
  ["1e300", "duration seconds overflow: 1e+300"],
  ['"inf"', "invalid duration seconds: +Inf"],
])("mustToDuration %s fails in Helm's words", (value, text) => {
  expect(failing(`{{ mustToDuration ${value} }}`)).toBe(text);
});

test.each([
  ['{{ durationSeconds "1m30.5s" }} {{ durationMinutes "90s" }} {{ durationHours "90m" }} {{ durationDays 86400 }} {{ durationWeeks "168h" }} {{ durationDays "x" }}', "90.5 1.5 1.5 1 1 0"],
  ['{{ durationMilliseconds "1.5s" }} {{ durationMicroseconds 2 }} {{ durationNanoseconds "-1us" }} {{ durationNanoseconds 1 | typeOf }}', "1500 2000000 -1000 int64"],
  ['{{ durationRoundTo "93s" "1m" }} {{ durationRoundTo "90s" "1m" }} {{ durationRoundTo "-90s" 60 }} {{ durationTruncateTo 93 60 }} {{ durationRoundTo "93s" "nope" }} {{ durationTruncateTo "x" 1 }} {{ durationRoundTo "93s" -1 }}', "2m0s 2m0s -2m0s 1m0s 1m33s 0s 1m33s"],
  ['{{ duration "95" }} {{ duration (int64 95) }} {{ duration 95 }} {{ duration "x" }} {{ duration "9223372036854775807" }}', "1m35s 1m35s 0s 0s -1s"],
  ['{{ durationRound "2400h10m5s" }} {{ durationRound "24h" }} {{ durationRound "9000h" }} {{ durationRound "-90s" }} {{ durationRound (int64 2000000000) }} {{ durationRound "0.5s" }} {{ durationRound (toDate "2006" "2020") }}', "3mo 24h 1y 1m 2s 0s 6y"],
])("%s", (template, text) => {
  expect(rendered(template, null, scopeAt())).toBe(text);
});

test.each([
  ['{{ $d := mustToDuration "3m5.5s" }}{{ $d.Minutes }} {{ $d.Milliseconds }} {{ $d.Round 60000000000 }} {{ $d.Truncate 60000000000 }} {{ $d.String }} {{ (mustToDuration "-1s").Abs }}', "3.091666666666667 185500 3m0s 3m0s 3m5.5s 1s"],
  ["{{ now.Month.String }} {{ now.Weekday.String }}", "November Sunday"],
])("durations, months and days of the week have Go's methods: %s", (template, text) => {
  expect(rendered(template)).toBe(text);
});
