import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readCommandLine } from "../../dev/cli.ts";
import { DEV_DEFAULTS } from "../../dev/emulator.ts";

let printed: string;
beforeEach(() => {
  printed = "";
  const print = (text: string | Uint8Array) => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stderr, "write").mockImplementation(print);
  vi.spyOn(process.stdout, "write").mockImplementation(print);
});
afterEach(() => vi.restoreAllMocks());

test("uses the defaults when no flag is given", () => {
  const { clock, log, timers, ...defaults } = DEV_DEFAULTS;
  expect(readCommandLine([])).toEqual({ options: defaults });
});

test("reads every flag", () => {
  const args =
    "--port 1 --cos-port 2 --sts-port 3 --wechat-port 4 --scf-port 5 --host 127.0.0.2 --data d --functions f --event apigw --timeout 900 --memory 3072";
  const more =
    "--max-instances 7 --retry-seconds 1 --media-check-ms 5 --max-object-size 1024 --strict-signature --strict-transport --strict-policy --strict-time --keyless --media-check --watch --no-triggers --bucket a-1250000000=ap-beijing --bucket b-1250000000=ap-shanghai --role a=deploy/policies/functions.json --fault sts=hang --fault cos=503 --env A=1 --env B= --env C=x=y --env A=2";
  const https =
    "--cdn-domain img.example.test --cdn-domain B.example.test --edgeone-domain C.example.test --dnspod-zone example.test --deploy-seconds 9 --cdn-port 6 --ssl-port 7 --edge-port 8 --dns-port 9";
  expect(readCommandLine(`${args} ${more} ${https}`.split(" "))).toEqual({
    options: {
      port: 1,
      cosPort: 2,
      stsPort: 3,
      weChatPort: 4,
      scfPort: 5,
      host: "127.0.0.2",
      dataDirectory: "d",
      functionsDirectory: "f",
      eventShape: "apigw",
      timeoutSeconds: 900,
      memoryMb: 3072,
      maxInstances: 7,
      mediaCheck: true,
      retrySeconds: 1,
      mediaCheckMs: 5,
      maxObjectBytes: 1024,
      strictSignature: true,
      strictTransport: true,
      strictPolicy: true,
      strictTime: true,
      keyless: true,
      triggers: false,
      watch: true,
      buckets: [
        { name: "a-1250000000", region: "ap-beijing" },
        { name: "b-1250000000", region: "ap-shanghai" },
      ],
      roles: { a: readFileSync("deploy/policies/functions.json", "utf8") },
      faults: ["sts=hang", "cos=503"],
      cdnDomains: ["img.example.test", "b.example.test"],
      edgeOneDomains: ["c.example.test"],
      dnsPodZones: ["example.test"],
      deploySeconds: 9,
      cdnPort: 6,
      sslPort: 7,
      edgePort: 8,
      dnsPort: 9,
      environment: { A: "2", B: "", C: "x=y" },
    },
  });
});

test.each([
  ["a port out of range", "--port 65536", "whole number from 0 to 65535"],
  ["a negative port", "--port=-1", "whole number from 0 to 65535"],
  ["a port that is not a number", "--cos-port http", "whole number from 0 to 65535"],
  ["a blank port", "--sts-port=", "whole number from 0 to 65535"],
  ["an exponent", "--port 3e3", "whole number from 0 to 65535"],
  ["an unknown event shape", "--event alb", "function-url, apigw"],
  ["a zero timeout", "--timeout 0", "whole number from 1 to 900"],
  ["too long a timeout", "--timeout 901", "whole number from 1 to 900"],
  ["memory that is not a multiple of 128", "--memory 200", "steps of 128"],
  ["too much memory", "--memory 4096", "64 to 3072"],
  ["zero instances", "--max-instances 0", "whole number from 1 to 100"],
  ["an object size of zero", "--max-object-size 0", "whole number from 1 to 5368709120"],
  ["a bucket without a region", "--bucket a-1250000000", "NAME=REGION"],
  ["another account's bucket", "--bucket a-1250000001=ap-beijing", "the account's APPID is 1250000000"],
  ["an unknown region", "--bucket a-1250000000=beijing", "there is no region beijing"],
  ["a role without a file", "--role cos-upload", "NAME=FILE"],
  ["a role whose file is missing", "--role a=nowhere.json", "nowhere.json"],
  ["a role whose file is not a policy", "--role a=package.json", "The role a: policy"],
  ["a role with an invalid name", "--role a/b=package.json", "not the name of a role"],
  ["a variable without a value", "--env topsecret", "KEY=VALUE"],
  ["a variable without a name", "--env =x", "KEY=VALUE"],
  ["a URL as a name on the CDN", "--cdn-domain https://img.example.test", "domain name"],
  ["every address of the machine", "--host 0.0.0.0", "private network"],
  ["a public address", "--host 8.8.8.8", "private network"],
  ["another machine's address", "--host 10.255.255.254", "private network"],
  ["a name instead of an address", "--host localhost", "private network"],
  ["an unknown flag", "--prot 1", "unknown option"],
  ["a stray word", "start", "too many arguments"],
])("reports %s and exits with 2", (_what, args, message) => {
  expect(readCommandLine(args.split(" "))).toEqual({ exitCode: 2 });
  expect(printed).toContain(message);
});

test("says so when npm took a flag for itself, as with npm start --watch", () => {
  expect(readCommandLine([], { npm_config_watch: "true" })).toEqual({ exitCode: 2 });
  expect(printed).toContain("npm start -- --watch …");
});

test("--help lists every flag with its default", () => {
  expect(readCommandLine(["--help"])).toEqual({ exitCode: 0 });
  for (const text of [
    "--port <number>",
    "(default: 3000)",
    "--cos-port <number>",
    "(default: 9000)",
    "--sts-port <number>",
    "--data <folder>",
    '(default: ".emulator")',
    "--event <shape>",
    "--timeout <seconds>",
    "--memory <MB>",
    "--max-instances <number>",
    "--max-object-size <bytes>",
    "--bucket <NAME=REGION>",
    "--role <NAME=FILE>",
    "--env <KEY=VALUE>",
  ]) {
    expect(printed).toContain(text);
  }
  expect(printed).not.toMatch(/default: (?:false|\[\]|\{\})/);
});
