import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BenchSts, startSts } from "../../../tools/bench/sts.ts";
import { answerOnce } from "../../../tools/bench/tables/first-answer.ts";
import { measureStarts } from "../../../tools/bench/tables/start.ts";
import { withWarm } from "../../../tools/bench/warm-way.ts";
import { prepareWays, type Ways } from "../../../tools/bench/ways.ts";
import { builtFunctions } from "../../support/functions.ts";

let directory: string;
let sts: BenchSts;
let ways: Ways;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "bench-"));
  sts = await startSts(directory);
  ways = await prepareWays(directory, builtFunctions(), sts);
});
afterAll(async () => {
  await sts.close();
  await rm(directory, { recursive: true });
});

test("every compared way answers from a cold start, with one call to STS", async () => {
  for (const way of Object.values(ways)) {
    const before = await sts.answered();
    const [figure] = await measureStarts([answerOnce(way)], 1);
    expect(figure?.value.median).toBeGreaterThan(0);
    expect((await sts.answered()) - before, way.name).toBe(1);
  }
});

test("every way answers when warm, with one call to STS for each request", async () => {
  const compared = [ways.barePost, ways.putSign, ways.postPolicy, ways.wholeSdk, ways.express];
  await withWarm(compared, async (warms) => {
    for (const warm of warms) {
      const before = await sts.answered();
      const { cpuMs } = await warm.run(20);
      expect(cpuMs).toBeGreaterThan(0);
      expect((await sts.answered()) - before, warm.name).toBe(20);
    }
  });
});

test("a failing way ends the run instead of counting as a fast one", async () => {
  const broken = { ...ways.putSign, env: { ...ways.putSign.env, STS_ENDPOINT: "127.0.0.1:1" } };
  await expect(measureStarts([answerOnce(broken)], 1)).rejects.toThrow(/ended with 1/);
  await withWarm([broken], async ([warm]) => {
    await expect(warm?.run(1)).rejects.toThrow(/CredentialsUnavailable/);
  });
});
