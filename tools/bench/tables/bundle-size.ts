import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWithInputs } from "../../build/bundle.ts";
import { summarize } from "../../lib/statistics.ts";
import { atMost, type Bench } from "../bench.ts";
import type { Figure, Table } from "../report.ts";

const MAX_KB = 48;
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** How much a cold start has to load. */
export async function bundleSize({ ways, directory }: Bench): Promise<Table> {
  const whole = (await stat(ways.wholeSdk.file)).size / 1000;
  const shipped = [ways.putSign, ways.postPolicy].map(async ({ name }): Promise<Figure> => {
    const { counted } = await bundleWithInputs(ROOT, name, join(directory, "counted", name, "index.js"));
    const size = counted / 1000;
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
    method:
      "One self-contained file by esbuild, without the tables of rules and of types' names, as the build's budget counts it.",
    figures: [{ name: ways.wholeSdk.name, value: summarize([whole]) }, ...(await Promise.all(shipped))],
  };
}
