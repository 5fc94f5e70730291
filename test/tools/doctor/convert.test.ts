import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readContents } from "../../../tools/doctor/cert/formats.ts";
import { testAuthority } from "../../support/certificates.ts";
import { doctor, temporaryFile } from "./support.ts";

const FIXTURES = "test/fixtures/certificates";
const fixture = (name: string) => join(FIXTURES, name);
const CA = ["--ca", fixture("root.pem"), "--json"];

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "convert-"));
  onTestFinished(() => rm(out, { recursive: true }));
});

function convert(name: string, args: readonly string[] = [], world = {}) {
  return doctor(["cert", fixture(name), "--convert", "--out", out, ...args, ...CA], world);
}

const secret = { askSecret: async () => "secret" };

describe("--convert writes as PEM", () => {
  test.each([
    ["rsa.pfx", "rsa", secret],
    ["legacy.pfx", "legacy", secret],
    ["ec.pfx", "ec", secret],
  ])("%s, with its key and its chain in order", async (name, base, world) => {
    const outcome = await convert(name, [], world);
    expect(outcome.check("cert.converted").status).toBe("pass");
    for (const id of ["cert.first", "cert.key", "cert.chain", "cert.trust"]) {
      expect([id, outcome.check(id).status]).toEqual([id, "pass"]);
    }
    expect(outcome.code).toBe(0);
    const chain = await readFile(join(out, `${base}.fullchain.pem`), "utf8");
    expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    const key = createPrivateKey(await readFile(join(out, `${base}.key.pem`)));
    expect(new X509Certificate(chain).checkPrivateKey(key)).toBe(true);
    expect((await stat(join(out, `${base}.key.pem`))).mode & 0o777).toBe(0o600);
    expect(outcome.output).not.toContain("PRIVATE KEY");
  });

  test.each(["chain.p7b", "chain-pem.p7b"])(
    "%s, without the root, and with the server's certificate first",
    async (name) => {
      const outcome = await convert(name);
      expect(outcome.check("cert.chain").status).toBe("pass");
      const [file = ""] = await readdir(out);
      const chain = await readFile(join(out, file), "utf8");
      expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(new X509Certificate(chain).subject).toBe("CN=img.example.test");
    },
  );

  test("ec.der, which is not a chain yet", async () => {
    const outcome = await convert("ec.der");
    expect(outcome.check("cert.converted").detail).toContain("DER, 1 certificate");
    expect(outcome.check("cert.chain").status).toBe("fail");
    expect(outcome.code).toBe(1);
  });

  test("empty.pfx, whose password is empty, without asking for one", async () => {
    const ask = async () => {
      throw new Error("Somebody was asked.");
    };
    expect((await convert("empty.pfx", [], { askSecret: ask })).check("cert.key").status).toBe("pass");
  });
});

describe("--intermediate completes the chain", () => {
  test("of a PEM certificate, in a new file; the key is not copied", async () => {
    const args = ["cert", fixture("ec.pem"), fixture("ec.key"), "--intermediate", fixture("int.pem")];
    const outcome = await doctor([...args, "--out", out, ...CA]);
    expect(outcome.code).toBe(0);
    expect(outcome.check("cert.chain").status).toBe("pass");
    expect(await readdir(out)).toEqual(["ec.fullchain.pem"]);
  });

  test("but not with a certificate that issued something else", async () => {
    const { intermediate } = await testAuthority();
    const stranger = await temporaryFile("other.pem", intermediate.pem);
    const args = ["cert", fixture("ec.pem"), "--intermediate", stranger];
    const outcome = await doctor([...args, "--out", out, ...CA]);
    expect(outcome.code).toBe(1);
    expect(outcome.check("cert.converted")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("did not issue"),
    });
    expect(await readdir(out)).toEqual([]);
  });
});

describe("writes nothing", () => {
  test("with a wrong password, or if nobody can be asked", async () => {
    const wrong = await convert("rsa.pfx", [], { askSecret: async () => "wrong" });
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.check("cert.converted").detail).toContain("The password is wrong");
    const nobody = await convert("rsa.pfx");
    expect(nobody.check("cert.converted").fix).toContain("PFX_PASSWORD");
    expect(await readdir(out)).toEqual([]);
  });

  test("over an existing file", async () => {
    await convert("ec.der");
    const again = await convert("ec.der");
    expect(again.code).toBe(2);
    expect(again.check("cert.converted").detail).toContain("EEXIST");
  });

  test.each([
    ["half of a file", async () => (await readFile(fixture("rsa.pfx"))).subarray(0, 900)],
    ["an empty sequence", async () => Buffer.from("3000", "hex")],
    ["noise", async () => Buffer.from("30820a0a0102030405", "hex")],
    ["text", async () => Buffer.from("hello")],
  ])("of %s", async (_, content) => {
    const file = await temporaryFile("x.pfx", await content());
    const outcome = await doctor(["cert", file, "--convert", "--out", out, "--json"], secret);
    expect([outcome.code, outcome.check("cert.converted").status]).toEqual([1, "fail"]);
    expect(await readdir(out)).toEqual([]);
  });
});

test("takes PFX_PASSWORD if nobody can be asked", async () => {
  const outcome = await convert("rsa.pfx", [], { env: { PFX_PASSWORD: "secret" } });
  expect(outcome.check("cert.key").status).toBe("pass");
});

test("without --convert only checks, and names the command", async () => {
  const outcome = await doctor(["cert", fixture("rsa.pfx"), "--json"]);
  expect(outcome.check("cert.convertible").fix).toBe(
    `npm run doctor -- cert ${fixture("rsa.pfx")} --convert`,
  );
});

test("no input causes anything but its own errors", async () => {
  const content = await readFile(fixture("ec.pfx"));
  for (let i = 0; i < content.length; i += 37) {
    const broken = Buffer.from(content);
    broken[i] = (broken[i] ?? 0) ^ 0xff;
    try {
      readContents(broken, "secret");
    } catch (error) {
      expect([i, error instanceof Error && error.name]).toEqual([
        i,
        expect.stringMatching(/^(Password|Format)Error$/),
      ]);
    }
  }
});
