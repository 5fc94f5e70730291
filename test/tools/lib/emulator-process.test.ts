import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { trustAnchors } from "../../../packages/tls-check/src/index.ts";
import { startEmulatorProcess } from "../../../tools/lib/emulator-process.ts";
import { NetworkError, send } from "../../../tools/lib/network.ts";
import { refusalCode } from "../../../tools/lib/refusal.ts";
import { askBucket } from "../../../tools/lib/signed-request.ts";
import {
  onTestEnd,
  SHOW_ENVIRONMENT,
  temporaryFolder,
  writeFunctions,
} from "../../packages/cos-emulator/fixture-functions.ts";

test("the emulator answers at its address, accepts the key that it gave, and is gone once closed", async () => {
  const functions = await writeFunctions({ show: SHOW_ENVIRONMENT });
  const emulator = await startEmulatorProcess(await temporaryFolder(), functions);
  let isClosed = false;
  onTestEnd(async () => {
    if (!isClosed) await emulator.close();
  });
  const anchors = trustAnchors([await readFile(emulator.caFile, "utf8")]);
  const network = { anchors, timeoutMs: 60_000, addresses: new Map() };
  const url = new URL(`${emulator.url}/show`);
  const { status, body } = await send(url, { method: "GET" }, network);
  expect(status).toBe(200);
  expect(JSON.parse(body.toString())).toMatchObject({ env: { STS_ENDPOINT: emulator.stsEndpoint } });

  const signer = {
    key: emulator.account,
    endpoint: new URL(`https://${emulator.cosHost}`),
    now: Math.floor(Date.now() / 1000),
  };
  const answer = await askBucket({ method: "GET", objectKey: "nothing.txt" }, signer, network);
  expect([answer.status, refusalCode(answer.body)]).toEqual([404, "NoSuchKey"]);

  await emulator.close();
  isClosed = true;
  await expect(send(url, { method: "GET" }, network)).rejects.toBeInstanceOf(NetworkError);
});

test("without functions, it ends, and that is an error", async () => {
  const started = startEmulatorProcess(await temporaryFolder(), await temporaryFolder());
  await expect(started).rejects.toThrow("The emulator ended with 1 before it was ready.");
});
