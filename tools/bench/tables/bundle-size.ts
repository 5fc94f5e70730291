import { stat } from "node:fs/promises";
import { summarize } from "../../lib/statistics.ts";
import { atMost, type Bench } from "../bench.ts";
import type { Figure, Table } from "../report.ts";

const MAX_KB = 48;

/** What a cold start has to load. */
export async function bundleSize({ ways }: Bench): Promise<Table> {
  const kilobytes = async (file: string) => (await stat(file)).size / 1000;
  const whole = await kilobytes(ways.wholeSdk.file);
  const shipped = [ways.putSign, ways.postPolicy].map(async ({ name, file }): Promise<Figure> => {
    const size = await kilobytes(file);
    return {
      name,
      value: summarize([size]),
      ratio: summarize([size / whole]),
      target: atMost(MAX_KB, size, " KB"),
    };
  });
  return {
    id: "bundle",
    title: "Bundle, minified",
    unit: "KB",
    baseline: "whole SDK",
    method: "One self-contained file by esbuild.",
    figures: [{ name: ways.wholeSdk.name, value: summarize([whole]) }, ...(await Promise.all(shipped))],
  };
}
