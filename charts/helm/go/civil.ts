/*
 * The proleptic Gregorian calendar in whole numbers, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */

/** Seconds of a day. */
export const DAY = 86_400;
const ERA_DAYS = 146_097;

/** A date; month and day count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a date; the day may lie outside its month. */
export function daysOfCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - 719_468;
}

/** The date that lies so many days after 1970-01-01. */
export function civilOfDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

/** Days of a month. */
export const daysInMonth = (year: number, month: number): number => daysOfCivil(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysOfCivil(year, month, 1);

/** 1 for January 1st. */
export const dayOfYear = (year: number, month: number, day: number): number => daysOfCivil(year, month, day) - daysOfCivil(year, 1, 1) + 1;
