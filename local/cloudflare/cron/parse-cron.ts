/** Whether a schedule fires in the minute of a time, in UTC. */
export type CronMatch = (time: Date) => boolean;

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MINUTE: Field = { min: 0, max: 59, names: [] };
const HOUR: Field = { min: 0, max: 23, names: [] };
const DAY: Field = { min: 1, max: 31, names: [] };
const MONTH: Field = {
  min: 1,
  max: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
/** Sunday is 1, not 0: the platform refuses a 0. */
const WEEKDAY: Field = {
  min: 1,
  max: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

/**
 * Reads a cron expression of the platform: five fields, each of values, names, `*`, lists, ranges
 * and steps; `L` for the last day of the month. `W` and `#` are not known here.
 * https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions
 *
 * @returns undefined when it is not an expression
 */
export function parseCron(expression: string): CronMatch | undefined {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...rest] = expression
    .trim()
    .split(/\s+/);
  const lastDay = day.toUpperCase() === "L";
  const minutes = values(minute, MINUTE);
  const hours = values(hour, HOUR);
  const days = values(lastDay ? "*" : day, DAY);
  const months = values(month, MONTH);
  const weekdays = values(weekday, WEEKDAY);
  if (!minutes || !hours || !days || !months || !weekdays || rest.length > 0) return undefined;

  // Where both days are restricted, either is enough: the rule of every cron.
  const both = day !== "*" && weekday !== "*";
  return (time) => {
    const byDay = lastDay ? isLastDay(time) : days.has(time.getUTCDate());
    const byWeekday = weekdays.has(time.getUTCDay() + 1);
    return (
      minutes.has(time.getUTCMinutes()) &&
      hours.has(time.getUTCHours()) &&
      months.has(time.getUTCMonth() + 1) &&
      (both ? byDay || byWeekday : byDay && byWeekday)
    );
  };
}

function values(text: string, field: Field): ReadonlySet<number> | undefined {
  const all = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", , stepText] = /^([^/]+)(\/(\d+))?$/.exec(part) ?? [];
    const bounds = readRange(range, field, stepText !== undefined);
    const step = Number(stepText ?? 1);
    if (!bounds || step < 1) return undefined;
    for (let value = bounds[0]; value <= bounds[1]; value += step) all.add(value);
  }
  return all;
}

/** `5/10` means from 5 to the end; a plain `5` is only itself. */
function readRange(text: string, field: Field, stepped: boolean): [number, number] | undefined {
  if (text === "*") return [field.min, field.max];
  const [first = "", last, ...rest] = text.split("-");
  const from = readValue(first, field);
  const to = last === undefined ? (stepped ? field.max : from) : readValue(last, field);
  if (from === undefined || to === undefined || from > to || rest.length > 0) return undefined;
  return [from, to];
}

function readValue(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toUpperCase());
  if (named >= 0) return named + field.min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : undefined;
}

function isLastDay(time: Date): boolean {
  return new Date(time.getTime() + 24 * 60 * 60 * 1000).getUTCDate() === 1;
}
