import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type CdnDomain, httpsWith } from "../../../packages/https-account/src/index.ts";
import { readBucket } from "../../../shared/config.ts";
import { readFallback } from "../../../shared/https-fallback.ts";
import { backupAlias } from "../../../tools/https/account/backup.ts";
import { markerOf, withFallback } from "../../../tools/https/cdn/fallback.ts";
import { forceStatement } from "../../../tools/https/policy/force-statement.ts";
import { bundledProgram } from "../../support/programs.ts";
import { type Cut, wire } from "./cut.ts";
import { putForward, useHosts } from "./hosts.ts";

const HOST = "img.example.test";
const OTHER = "static.example.test";
const FILES = "files.example.test";
const EDGEONE = "eo.example.test";
const DAY_MS = 24 * 60 * 60 * 1000;

const hosts = useHosts({
  cdnDomains: [HOST, OTHER],
  edgeOneDomains: [EDGEONE],
  dnsPodZones: ["example.test"],
  deploySeconds: 1,
});

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

/** A name of the bucket's, with a sound certificate. */
async function filesOnBucket(): Promise<void> {
  await hosts.bucketDomain(FILES);
  await hosts.putOnBucket(FILES, await hosts.pair({ names: [FILES], toDays: 50 }));
}

async function forced(...others: readonly object[]): Promise<void> {
  await hosts.setPolicy({ version: "2.0", statement: [...others, forceStatement(readBucket(hosts.env))] });
}

const OTHER_STATEMENT = {
  effect: "deny",
  principal: { qcs: ["qcs::cam::anyone:anyone"] },
  action: ["name/cos:DeleteObject"],
  resource: ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/*"],
};

interface Case {
  /** Prepares the case, and returns the command. */
  readonly begin: () => Promise<readonly string[]>;
  /** Names that must present a sound certificate at every moment. */
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
  "disable of a name on the CDN, with the bucket behind it forced, and of the bucket's too": {
    begin: async () => {
      await hosts.bucketDomain(HOST);
      await hosts.putOnBucket(HOST, await hosts.pair({ names: [HOST] }));
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      await forced();
      return ["disable", HOST];
    },
    sound: [],
  },
  "disable of a name of the bucket": {
    begin: async () => {
      await filesOnBucket();
      await forced();
      return ["disable", FILES];
    },
    sound: [],
  },
  "fallback with the bucket behind it forced": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      await forced();
      return ["fallback", HOST];
    },
    sound: [HOST],
  },
  "fallback --end with the bucket behind it forced": {
    begin: async () => {
      await hosts.onCdn(HOST, {});
      await hosts.set(HOST, REDIRECT);
      await hosts.set(HOST, HSTS);
      await hosts.set(HOST, (domain) => withFallback(domain, Date.now() + DAY_MS, true));
      return ["fallback", HOST, "--end"];
    },
    sound: [HOST],
  },
  "fallback of a name of the bucket": {
    begin: async () => {
      await filesOnBucket();
      await forced();
      return ["fallback", FILES];
    },
    sound: [FILES],
  },
  "fallback --end of a name of the bucket": {
    begin: async () => {
      await filesOnBucket();
      return ["fallback", FILES, "--end"];
    },
    sound: [FILES],
  },
  force: { begin: async () => ["force"], sound: [] },
  "force beside another statement": {
    begin: async () => {
      await hosts.setPolicy({ version: "2.0", statement: [OTHER_STATEMENT] });
      return ["force"];
    },
    sound: [],
  },
  unforce: {
    begin: async () => {
      await forced(OTHER_STATEMENT);
      return ["unforce"];
    },
    sound: [],
  },
  "unforce, of which nothing is left": {
    begin: async () => {
      await forced();
      return ["unforce"];
    },
    sound: [],
  },
  "cert put": {
    begin: async () => {
      await hosts.bucketDomain(FILES);
      return ["cert", "put", FILES, ...(await hosts.pair({ names: [FILES] }))];
    },
    sound: [],
  },
  "cert put in place of another": {
    begin: async () => {
      await filesOnBucket();
      return ["cert", "put", FILES, ...(await hosts.pair({ names: [FILES], toDays: 70 }))];
    },
    sound: [FILES],
  },
  "cert remove": {
    begin: async () => {
      await filesOnBucket();
      return ["cert", "remove", FILES];
    },
    sound: [],
  },
  "cert switch on a name of the bucket": {
    begin: async () => {
      await filesOnBucket();
      await hosts.uploadPair(await hosts.otherPair({ names: [FILES] }), backupAlias(FILES));
      return ["cert", "switch", FILES];
    },
    sound: [FILES],
  },
  "cert upload --again": {
    begin: async () => {
      const pair = await hosts.pair({ names: [HOST] });
      await hosts.uploadPair(pair);
      return ["cert", "upload", ...pair, "--again"];
    },
    sound: [],
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
  "cert renew --with, on names of the CDN, of EdgeOne and of the bucket": {
    begin: async () => {
      const names = [HOST, EDGEONE, FILES];
      await hosts.bucketDomain(FILES);
      const old = await hosts.pair({ names, toDays: 20 });
      const id = await hosts.uploadPair(old);
      await hosts.putOnCdn(HOST, id);
      await hosts.onEdgeOne(EDGEONE, id);
      await hosts.putOnBucket(FILES, old);
      return ["cert", "renew", HOST, "--with", ...(await hosts.pair({ names, toDays: 80 }))];
    },
    sound: [HOST, EDGEONE, FILES],
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
      await hosts.uploadPair(await hosts.otherPair({ names: [HOST] }), backupAlias(HOST));
      return ["cert", "switch", HOST];
    },
    sound: [HOST],
  },
};

const AFTER: readonly Cut[] = ["after"];
const BOTH: readonly Cut[] = ["before", "after"];

describe("killed after any of its changes, a command continues where it stopped when it is run again:", () => {
  test.each(Object.entries(CASES))(
    "%s",
    async (_, { begin, sound }) => {
      const wires = await wire(hosts, () => vi.getRealSystemTime());
      const env = { ...hosts.env, ...wires.env };
      const command = (args: readonly string[]) => hosts.run([...wires.flags, ...args, "-y"], { env });

      const { code, errors } = await command(await begin());
      expect([code, errors]).toEqual([0, errors]);
      const { changes } = wires;
      const end = await state();
      expect(changes).toBeGreaterThan(0);

      for (let number = 1; number <= changes; number += 1) {
        // A cut before a change is the same as a cut after the previous one.
        for (const where of number === 1 ? BOTH : AFTER) {
          const at = [where, number];
          await hosts.fresh();
          const args = await begin();
          wires.cut(number, where);
          const cut = await command(args);
          expect([at, cut.code]).toEqual([at, 2]);
          await expectSound(sound, at);
          wires.mend();
          putForward(1000);
          const again = await command(args);
          expect([at, again.code, again.errors]).toEqual([at, 0, again.errors]);
          expect([at, await state()]).toEqual([at, end]);
          await expectSound(sound, at);
        }
      }
    },
    300_000,
  );
});

test("killed by a signal while it replaces a certificate, it continues, and no name is ever without one", async () => {
  const names = [HOST, OTHER];
  const id = await hosts.uploadPair(await hosts.pair({ names, toDays: 20 }));
  for (const name of names) await hosts.putOnCdn(name, id);
  const command = ["cert", "renew", HOST, "--with", ...(await hosts.pair({ names, toDays: 80 })), "-y"];
  // Another process uses the machine's time, and the cloud's has to follow it.
  const clock = setInterval(() => vi.setSystemTime(vi.getRealSystemTime()), 50);
  onTestFinished(() => clearInterval(clock));

  const child = spawn(process.execPath, [bundledProgram("tools/https/main.ts"), ...hosts.flags, ...command], {
    env: { ...hosts.env },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  await expect
    .poll(() => hosts.log.filter((line) => /^ssl UpdateCertificateInstance ok/.test(line)).length)
    .toBeGreaterThan(0);
  child.kill("SIGKILL");
  expect((await ended)[1]).toBe("SIGKILL");
  clearInterval(clock);

  await expectSound(names, "the kill");
  const again = await hosts.run(command);
  expect(again).toMatchObject({ code: 0 });
  await expectSound(names, "the kill");
  expect(await hosts.certificates()).toHaveLength(2);
  for (const name of names) {
    const { checks } = await hosts.program(["status", name]);
    expect(checks.find(({ id: check }) => check === `certificate.date@${name}`)?.detail).toContain("79 days");
  }
});

/** Everything that the commands change. */
async function state() {
  const marker = markerOf(await hosts.domain(HOST));
  return {
    // The time of its start may differ, but not what it has to restore.
    remembered: marker && { ...readFallback(marker.HeaderValue), until: 0 },
    shown: await hosts.look(HOST),
    ofBucket: await hosts.look(FILES),
    policy: await hosts.policy(),
    certificates: await count(),
  };
}

async function expectSound(names: readonly string[], at: unknown): Promise<void> {
  for (const name of names) {
    expect([at, name, await hosts.isSound(name)]).toEqual([at, name, true]);
  }
}
