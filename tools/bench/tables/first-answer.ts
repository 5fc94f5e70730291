import { request } from "node:http";
import type { Bench } from "../bench.ts";
import { subject } from "../processes.ts";
import type { Table } from "../report.ts";
import type { Way } from "../ways.ts";
import { measureStarts, type Start } from "./start.ts";

/** From the start of the process to the first answer, with a call to STS over HTTPS: the whole wait at a cold start. */
export async function startToFirstAnswer({ ways, quick }: Bench): Promise<Table> {
  const rounds = quick ? 5 : 21;
  const { putSign, putSignOpen, postPolicy, wholeSdk, unbundled, express, barePost } = ways;
  const starts: Start[] = [
    { name: "node -e 0", args: ["-e", "0"], env: barePost.env },
    answerOnce(barePost),
    { ...answerOnce(putSign), maxRatio: 1.6 },
    { ...answerOnce(postPolicy), maxRatio: 1.6 },
    answerOnce(putSignOpen),
    answerOnce(wholeSdk),
    answerOnce(unbundled),
    answerOnce(express),
  ];
  return {
    id: "first-answer",
    title: "Start to first answer, with an STS on loopback over HTTPS",
    unit: "CPU ms",
    baseline: "node -e 0",
    otherRatio: "÷ by wall time",
    method: `NODE_EXTRA_CA_CERTS names the STS's authority for all of them; ${rounds} rounds, interleaved.`,
    figures: await measureStarts(starts, rounds),
  };
}

/** A process that answers once; it fails unless the answer is a 200. */
export function answerOnce({ name, kind, file, env, event }: Way): Start {
  return kind === "function"
    ? { name, args: [subject("answer-once.cjs"), file, JSON.stringify(event)], env }
    : { name, args: [subject("serve-once.cjs"), file], env, onPort: getOnce };
}

function getOnce(port: number): void {
  const get = request({ host: "127.0.0.1", port, path: "/put-sign?ext=jpg", agent: false }, (response) =>
    response.resume(),
  );
  // The server ends after its answer. Its exit code says whether the answer was a 200.
  get.on("error", () => {});
  get.end();
}
