import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { setFault } from "../../packages/cos-emulator/src/faults/faults.ts";
import { MiniProgram, type PutAnswer } from "../upload/client.ts";
import { ask, startTestEmulator } from "../upload/emulator.ts";

/** The functions' time limit in this file: an answer must come before it. */
const TIMEOUT_SECONDS = 6;

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
beforeAll(async () => {
  emulator = await startTestEmulator({ timeoutSeconds: TIMEOUT_SECONDS, maxInstances: 1 });
  phone = new MiniProgram(emulator.caFile);
});
afterAll(() => emulator.close());
afterEach(() => {
  for (const service of ["sts=", "cos=", "function="]) setFault(emulator.faults, service);
});

const sign = () => ask<PutAnswer & { error?: { code: string } }>(`${emulator.url}/put-sign?ext=jpg`);

describe("whatever STS does, the caller gets the right error in time, and the next request succeeds", () => {
  test.each([
    ["sts=hang", 504, "CredentialsTimeout"],
    ["sts=reset", 502, "CredentialsUnavailable"],
    ["sts=html", 502, "CredentialsUnavailable"],
    ["sts=500", 502, "CredentialsUnavailable"],
    ["sts=throttled", 503, "CredentialsThrottled"],
    ["sts=denied", 500, "CredentialsDenied"],
    // With clocks hours apart, STS refuses the signature of the call itself.
    ["sts=clock", 500, "CredentialsDenied"],
  ])("%s", async (fault, status, code) => {
    setFault(emulator.faults, fault);
    const answer = await sign();
    expect(answer.json.error?.code).toBe(code);
    expect(answer.status).toBe(status);
    if (status === 503) expect(answer.headers.get("retry-after")).toBe("1");
    setFault(emulator.faults, "sts=");
    expect((await sign()).status).toBe(200);
    expect(emulator.lines.join("\n")).not.toContain("timed out");
  });

  test("sts=expired: the function trusts STS's times, having no better clock, and storage refuses", async () => {
    setFault(emulator.faults, "sts=expired");
    const { status, json } = await sign();
    expect(status).toBe(200);
    expect(await phone.put(json, randomBytes(10))).toMatchObject({ status: 403, code: "AccessDenied" });
    setFault(emulator.faults, "sts=");
    expect((await phone.put((await sign()).json, randomBytes(10))).status).toBe(200);
  });

  test("sts=slow only takes longer", async () => {
    setFault(emulator.faults, "sts=slow");
    expect((await sign()).status).toBe(200);
  });
});

describe("whatever COS does, nothing is stored incompletely", () => {
  test("cos=503", async () => {
    const { json } = await sign();
    setFault(emulator.faults, "cos=503");
    expect(await phone.put(json, randomBytes(10))).toMatchObject({ status: 503, code: "SlowDown" });
    setFault(emulator.faults, "cos=");
    expect((await phone.put(json, randomBytes(10))).status).toBe(200);
  });

  test("cos=cut", async () => {
    const { json } = await sign();
    setFault(emulator.faults, "cos=cut");
    await expect(phone.put(json, randomBytes(5_000_000))).rejects.toThrow();
    setFault(emulator.faults, "cos=");
    const { json: read } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${json.cosKey}`);
    expect((await fetch(read.url.replace("https:", "http:"))).status).toBe(404);
    expect((await phone.put(json, randomBytes(10))).status).toBe(200);
  });
});

describe("whatever SCF does, the next request succeeds", () => {
  test("function=kill", async () => {
    setFault(emulator.faults, "function=kill");
    expect((await sign()).status).toBeGreaterThanOrEqual(400);
    setFault(emulator.faults, "function=");
    expect((await sign()).status).toBe(200);
  });

  test("function=freeze", async () => {
    setFault(emulator.faults, "function=freeze");
    for (let i = 0; i < 5; i += 1) expect((await sign()).status).toBe(200);
  });
});
