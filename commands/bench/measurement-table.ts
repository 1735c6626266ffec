import Table from "cli-table3";
import { quantile } from "./quantile.ts";

/** One thing, measured once or several times. */
export interface Measurement {
  readonly what: string;
  readonly unit: "ms" | "s" | "KB" | "MB";
  readonly values: readonly number[];
}

/** One row a thing: median, 95th percentile and the most. */
export function measurementTable(measurements: readonly Measurement[]): string {
  const table = new Table({ head: ["what", "median", "p95", "max"], style: { head: [] } });
  for (const { what, unit, values } of measurements) {
    const show = (q: number) => `${quantile(values, q).toFixed(unit === "s" ? 2 : 0)} ${unit}`;
    table.push([what, show(0.5), show(0.95), show(1)]);
  }
  return table.toString();
}
