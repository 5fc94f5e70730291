import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AccountFileError,
  openAccount as open,
} from "../../../../packages/cos-emulator/src/cloud/account-file.ts";
import { NotOwnError } from "../../../../packages/cos-emulator/src/cloud/own-files.ts";
import { startEmulator } from "../../../../packages/cos-emulator/src/index.ts";
import { giveToAnotherUser } from "../another-user.ts";
import { temporaryFolder } from "../fixture-functions.ts";

/** With two more secrets, as dev/ requests them. */
const openAccount = (directory: string) => open(directory, ["jwtSecret", "userPrefixSecret"]);

/** Every secret of an account, as a list. */
function secretsOf({ account, secrets, miniProgram }: Awaited<ReturnType<typeof openAccount>>) {
  return [account.secretId, account.secretKey, ...Object.values(secrets), miniProgram.secret];
}

const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe("the emulated account's secrets", () => {
  test("attack: a secret from the source, or from another data folder, is useless here", async () => {
    const one = secretsOf(await openAccount(await temporaryFolder()));
    const two = secretsOf(await openAccount(await temporaryFolder()));
    expect(new Set([...one, ...two]).size).toBe(10);
  });

  test("look like those of the cloud: key, AppSecret", async () => {
    const { account, miniProgram, secrets } = await openAccount(await temporaryFolder());
    expect(account.secretId).toMatch(/^AKID[A-Za-z0-9]{32}$/);
    expect(account.secretKey).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(miniProgram.secret).toMatch(/^[0-9a-f]{32}$/);
    expect(secrets["jwtSecret"]?.length).toBeGreaterThanOrEqual(64);
  });

  test("are the same at the next start in the same folder", async () => {
    const folder = await temporaryFolder();
    const first = await openAccount(folder);
    expect(await openAccount(folder)).toEqual(first);
  });

  test("are the same for two simultaneous starts in a new folder, which leave nothing else there", async () => {
    const folder = join(await temporaryFolder(), "new", "data");
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => openAccount(folder)));
    for (const other of others) expect(other).toEqual(first);
    expect(await readdir(folder)).toEqual(["account.json"]);
  });

  test("are in the file under their documented names, and only its owner can read it", async () => {
    const opened = await openAccount(await temporaryFolder());
    expect(await modeOf(opened.file)).toBe("600");
    expect(JSON.parse(await readFile(opened.file, "utf8"))).toEqual({
      ...opened.account,
      ...opened.secrets,
      weChatAppId: opened.miniProgram.appId,
      weChatSecret: opened.miniProgram.secret,
    });
  });

  test("attack: a file whose mode was widened is restricted again at the next start", async () => {
    const folder = await temporaryFolder();
    const { file } = await openAccount(folder);
    await chmod(file, 0o644);
    await openAccount(folder);
    expect(await modeOf(file)).toBe("600");
  });
});

describe("refuses a file that no emulator wrote, and leaves it as it is:", () => {
  const good = async () => {
    const { file } = await openAccount(await temporaryFolder());
    return await readFile(file, "utf8");
  };
  const without = (name: string) => async () => {
    const { [name]: _, ...others } = JSON.parse(await good());
    return JSON.stringify(others);
  };
  const withOther = (name: string, value: unknown) => async () =>
    JSON.stringify({ ...JSON.parse(await good()), [name]: value });

  test.each<[string, () => Promise<string> | string, RegExp]>([
    ["empty", () => "", /not JSON/],
    ["truncated", async () => (await good()).slice(0, 120), /not JSON/],
    ["with a byte order mark", async () => `\uFEFF${await good()}`, /not JSON/],
    ["a list", () => "[]", /not a JSON object/],
    ["null", () => "null", /not a JSON object/],
    ["another program's file", () => '{"accounts":[]}', /ownerUin is missing/],
    ["without a secret", without("jwtSecret"), /jwtSecret is missing/],
    ["with an empty secret", withOther("jwtSecret", ""), /jwtSecret is not what/],
    ["with a number as a secret", withOther("secretKey", 12345678), /secretKey is not what/],
    ["with a list as a secret", withOther("secretKey", ["a"]), /secretKey is not what/],
    ["with another account's id", withOther("ownerUin", "100000000002"), /ownerUin is not what/],
    [
      "with a line break in a secret",
      withOther("weChatSecret", `${"0".repeat(32)}\n`),
      /weChatSecret is not what/,
    ],
  ])("%s", async (_, content, why) => {
    const folder = await temporaryFolder();
    const file = join(folder, "account.json");
    const text = await content();
    await writeFile(file, text);
    const error = await openAccount(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AccountFileError);
    const message = error instanceof Error ? error.message : "";
    expect(message).toMatch(why);
    expect(message).toContain(file);
    expect(message).toContain("Remove it");
    expect(await readFile(file, "utf8")).toBe(text);
  });

  test("a folder in its place", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "account.json"));
    await expect(openAccount(folder)).rejects.toThrow(/account\.json.*it is a folder/);
  });

  test("a dangling link", async () => {
    const folder = await temporaryFolder();
    await symlink("/nonexistent/account.json", join(folder, "account.json"));
    await expect(openAccount(folder)).rejects.toThrow(AccountFileError);
  });

  test("whatever the file contains, the error does not reveal it", async () => {
    const folder = await temporaryFolder();
    const value = fc.oneof(fc.jsonValue(), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.record({ secretId: value, other: value }), async (members) => {
        await writeFile(
          join(folder, "account.json"),
          JSON.stringify({ ...members, mark: "only-this-file-has-it" }),
        );
        const error = await openAccount(folder).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(AccountFileError);
        expect(String(error)).not.toContain("only-this-file-has-it");
      }),
      { numRuns: 50 },
    );
  });
});

test.each(["tls/ca.key", "objects/uploads/a.jpg", "README.md"])(
  "a folder that is in use for something else, such as %s, is refused and left as it is",
  async (name) => {
    const folder = await temporaryFolder();
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), "somebody's own");
    await expect(openAccount(folder)).rejects.toThrow(
      `${folder} cannot be the data folder (it is in use for something else): choose another with --data.`,
    );
    expect(await readFile(join(folder, name), "utf8")).toBe("somebody's own");
    expect(await readdir(folder)).toHaveLength(1);
  },
);

test("a folder with only hidden files is taken, and an emulator's own without its account.json", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, ".gitkeep"), "");
  await (await startEmulator({ dataDirectory: folder })).close();
  await rm(join(folder, "account.json"));
  await openAccount(folder);
});

describe("attack: another user of this machine was in the data folder first", () => {
  test("and left an account.json with secrets that they know: it is not used", async () => {
    const folder = await temporaryFolder();
    const { file } = await openAccount(folder);
    await giveToAnotherUser(file);
    const error = await openAccount(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotOwnError);
    expect(String(error)).toMatch(/account\.json belongs to another user.*--data/);
  });

  test("and left a link to an account.json of their own", async () => {
    const theirs = (await openAccount(await temporaryFolder())).file;
    const folder = await temporaryFolder();
    await symlink(theirs, join(folder, "account.json"));
    await giveToAnotherUser(theirs);
    await expect(openAccount(folder)).rejects.toThrow(NotOwnError);
  });

  test("and created the folder itself, to exchange files later: nothing is written there", async () => {
    const folder = await temporaryFolder();
    await giveToAnotherUser(folder);
    await expect(openAccount(folder)).rejects.toThrow(`${folder} belongs to another user`);
    expect(await readdir(folder)).toEqual([]);
  });
});

test("attack: another user reads uploads: a new data folder is accessible to its owner only", async () => {
  const folder = join(await temporaryFolder(), "data");
  await openAccount(folder);
  expect(await modeOf(folder)).toBe("700");
});
