import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type CdnDomain, httpsWith } from "../../../packages/https-account/src/index.ts";
import { wire } from "./cut.ts";
import { putForward, useHosts } from "./hosts.ts";

const HOST = "img.example.test";
const OTHER = "static.example.test";
const FILES = "files.example.test";
const DAY_MS = 24 * 60 * 60 * 1000;
const APIS = ["CDN_ENDPOINT", "SSL_ENDPOINT"];

const hosts = useHosts({ cdnDomains: [HOST, OTHER], dnsPodZones: ["example.test"], deploySeconds: 1 });

async function count(): Promise<number> {
  return (await hosts.certificates()).length;
}

const REDIRECT = () => ({
  ForceRedirect: { Switch: "on", RedirectType: "https", RedirectStatusCode: 301 },
});
const HSTS = (domain: CdnDomain) => ({
  Https: httpsWith(domain, { Hsts: { Switch: "on", MaxAge: 86_400, IncludeSubDomains: "off" } }),
});

async function applied(daysLeft: number): Promise<void> {
  const outcome = await hosts.run(["cert", "apply", HOST, "-y"]);
  const [, id = ""] = /--cert (\w{8})/.exec(outcome.output) ?? [];
  await hosts.program(["cdn", "https", HOST, "--cert", id]);
  putForward((90 - daysLeft) * DAY_MS);
}

interface Case {
  /** Sets the scene, and says what the command is. */
  readonly begin: () => Promise<readonly string[]>;
  /** Names that must show a sound certificate at every moment. */
  readonly sound: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  "cdn https in place of another certificate": {
    begin: async () => {
      await hosts.onCdn(HOST, { toDays: 50 });
      return ["cdn", "https", HOST, "--cert", await hosts.upload({ names: [HOST] })];
    },
    sound: [HOST],
  },
  "cdn redirect": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      return ["cdn", "redirect", HOST, "on"];
    },
    sound: [HOST],
  },
  "cdn hsts": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      return ["cdn", "hsts", HOST, "on"];
    },
    sound: [HOST],
  },
  disable: {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      await hosts.set(HOST, HSTS);
      return ["disable", HOST];
    },
    sound: [],
  },
  fallback: {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      return ["fallback", HOST];
    },
    sound: [HOST],
  },
  "fallback --end": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      await hosts.set(HOST, HSTS);
      await hosts.program(["fallback", HOST]);
      return ["fallback", HOST, "--end"];
    },
    sound: [HOST],
  },
  "cert upload": {
    begin: async () => ["cert", "upload", ...(await hosts.pair({ names: [HOST] }))],
    sound: [],
  },
  "cert apply": { begin: async () => ["cert", "apply", HOST], sound: [] },
  "cert renew": {
    begin: async () => {
      await applied(20);
      return ["cert", "renew", HOST];
    },
    sound: [HOST],
  },
  "cert renew --with, on two names of the CDN and one of the bucket": {
    begin: async () => {
      const names = [HOST, OTHER, FILES];
      await hosts.bucketDomain(FILES);
      const old = await hosts.pair({ names, toDays: 20 });
      const id = await hosts.uploadPair(old);
      for (const name of [HOST, OTHER]) {
        await hosts.set(name, (domain) => ({ Https: httpsWith(domain, { Switch: "on", certId: id }) }));
      }
      await hosts.program(["cert", "put", FILES, ...old]);
      return ["cert", "renew", HOST, "--with", ...(await hosts.pair({ names, toDays: 80 }))];
    },
    sound: [HOST, OTHER, FILES],
  },
  "cert backup": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      return ["cert", "backup", HOST, ...(await hosts.otherPair({ names: [HOST] }))];
    },
    sound: [HOST],
  },
  "cert switch": {
    begin: async () => {
      await hosts.onCdn(HOST, { toDays: 40 });
      await hosts.program(["cert", "backup", HOST, ...(await hosts.otherPair({ names: [HOST] }))]);
      return ["cert", "switch", HOST];
    },
    sound: [HOST],
  },
};

describe("killed after any of its calls, it goes on where it stopped when it is run again:", () => {
  test.each(Object.entries(CASES))(
    "%s",
    async (_, { begin, sound }) => {
      const wires = await wire(hosts.env, APIS);
      const env = { ...hosts.env, ...wires.env };
      const command = (args: readonly string[]) => hosts.run([...args, "-y"], { env });

      wires.cut(undefined);
      expect(await command(await begin())).toMatchObject({ code: 0 });
      const { calls } = wires;
      const end = { shown: await hosts.look(HOST), certificates: await count() };
      expect(calls).toBeGreaterThan(1);

      for (let after = 1; after < calls; after += 1) {
        await fresh();
        const args = await begin();
        wires.cut(after);
        const cut = await command(args);
        expect([after, cut.code]).toEqual([after, 2]);
        await expectSound(sound, after);
        wires.cut(undefined);
        const again = await command(args);
        expect([after, again.code, again.errors]).toEqual([after, 0, again.errors]);
        expect({ shown: await hosts.look(HOST), certificates: await count() }).toEqual(end);
        await expectSound(sound, after);
      }
    },
    180_000,
  );
});

test("killed by a signal while a certificate is replaced, it goes on; no name is without one", async () => {
  const names = [HOST, OTHER];
  const id = await hosts.uploadPair(await hosts.pair({ names, toDays: 20 }));
  for (const name of names) await hosts.putOnCdn(name, id);
  const command = ["cert", "renew", HOST, "--with", ...(await hosts.pair({ names, toDays: 80 })), "-y"];
  // Another process has the machine's time, and the cloud's has to go with it.
  const clock = setInterval(() => vi.setSystemTime(vi.getRealSystemTime()), 50);
  onTestFinished(() => clearInterval(clock));

  const child = spawn(
    process.execPath,
    ["--import", "tsx", "tools/https/main.ts", ...hosts.flags, ...command],
    { env: { ...hosts.env }, stdio: "ignore" },
  );
  const ended = once(child, "exit");
  await expect
    .poll(() => hosts.log.filter((line) => /^ssl UpdateCertificateInstance ok/.test(line)).length)
    .toBeGreaterThan(0);
  child.kill("SIGKILL");
  expect((await ended)[1]).toBe("SIGKILL");
  clearInterval(clock);

  await expectSound(names, 0);
  const again = await hosts.run(command);
  expect(again).toMatchObject({ code: 0 });
  await expectSound(names, 0);
  expect(await hosts.certificates()).toHaveLength(2);
  for (const name of names) {
    const { checks } = await hosts.program(["status", name]);
    expect(checks.find(({ id: check }) => check === `certificate.date@${name}`)?.detail).toContain("79 days");
  }
}, 60_000);

async function expectSound(names: readonly string[], after: number): Promise<void> {
  for (const name of names) {
    expect([after, name, (await hosts.look(name)).isSound]).toEqual([after, name, true]);
  }
}

async function fresh(): Promise<void> {
  vi.setSystemTime(vi.getRealSystemTime());
  await hosts.emulator.reset();
}
