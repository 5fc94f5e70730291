import { writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import {
  blocked,
  type Claim,
  type Finding,
  fail,
  type NamedFile,
  pass,
  subjectName,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import type { ChangingWorld } from "../../lib/consent.ts";
import { chainOf } from "./chain.ts";
import { type Contents, FormatError, PasswordError, readContents } from "./formats.ts";

const CLAIM: Claim = { id: "cert.converted", title: "the certificate is in new files, in PEM" };

/** The outcome of a conversion: the new files, which should be checked in place of the old one, or why there are none. */
export interface Converted {
  readonly findings: readonly Finding[];
  readonly certificate: NamedFile | undefined;
  readonly key: NamedFile | undefined;
}

/**
 * Writes a certificate and the given intermediates as PEM into a new file, the server's first, and the key into another.
 * It never overwrites a file.
 *
 * @param directory the folder for the new files
 */
export async function convert(
  file: NamedFile,
  intermediates: readonly NamedFile[],
  directory: string,
  world: ChangingWorld,
): Promise<Converted> {
  let contents: Contents;
  const given: Contents["certificates"][number][] = [];
  try {
    contents = await readWithPassword(file, world);
    for (const { content } of intermediates) given.push(...readContents(content, undefined).certificates);
  } catch (error) {
    return nothing(errorFinding(error, file));
  }
  const { certificates, strangers } = chainOf([...contents.certificates, ...given]);
  const outOfPlace = strangers.filter((one) => given.includes(one));
  if (outOfPlace.length > 0) {
    const names = outOfPlace.map(({ subject }) => `"${subjectName(subject)}"`).join(", ");
    const top = certificates.at(-1);
    return nothing(
      fail(
        CLAIM,
        `${names} did not issue "${subjectName(top?.subject ?? "")}".`,
        `Its issuer is "${subjectName(top?.issuer ?? "")}": give that one with --intermediate.`,
      ),
    );
  }
  const start = join(directory, basename(file.name, extname(file.name)));
  const chain = `${certificates.map((one) => one.toString().trim()).join("\n")}\n`;
  const chainFile = `${start}.fullchain.pem`;
  const keyFile = `${start}.key.pem`;
  const { privateKey, form } = contents;
  try {
    await write(chainFile, chain, 0o644);
    if (privateKey !== undefined && form !== "PEM") await write(keyFile, privateKey, 0o600);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const fix =
      why === "EEXIST" ? "Remove it, or name another folder with --out." : "Name another folder with --out.";
    return nothing(blocked(CLAIM, `A new file could not be written (${why}): ${start}.…`, fix));
  }
  const hasKey = privateKey !== undefined && form !== "PEM";
  const text = `${form}, ${certificates.length} certificate${certificates.length === 1 ? "" : "s"}: ${chainFile}${hasKey ? `, and its key: ${keyFile}` : ""}.`;
  return {
    findings: [
      strangers.length === 0
        ? pass(CLAIM, text)
        : warn(
            CLAIM,
            `${text} ${strangers.length} certificate${strangers.length === 1 ? "" : "s"} of the file did not issue any of the others, and ${strangers.length === 1 ? "is" : "are"} left out.`,
            "",
          ),
    ],
    certificate: { name: chainFile, content: Buffer.from(chain) },
    key: hasKey ? { name: keyFile, content: Buffer.from(privateKey) } : undefined,
  };
}

function nothing(finding: Finding): Converted {
  return { findings: [finding], certificate: undefined, key: undefined };
}

/** Many files have an empty password, so this tries that before it asks the user. */
async function readWithPassword({ name, content }: NamedFile, world: ChangingWorld): Promise<Contents> {
  const set = world.env["PFX_PASSWORD"];
  try {
    return readContents(content, set);
  } catch (error) {
    const { askSecret = world.ask } = world;
    if (!(error instanceof PasswordError) || set !== undefined || askSecret === undefined) throw error;
    return readContents(content, await askSecret(`The password of ${basename(name)}: `));
  }
}

function errorFinding(error: unknown, { name }: NamedFile): Finding {
  if (error instanceof PasswordError) {
    return fail(
      CLAIM,
      error.message,
      `Run it in a terminal, where it asks for the password, or set PFX_PASSWORD to the password of ${basename(name)}.`,
    );
  }
  if (error instanceof FormatError) {
    return fail(CLAIM, error.message, "Download the certificate in PEM (Nginx).");
  }
  throw error;
}

async function write(path: string, content: string, mode: number): Promise<void> {
  await writeFile(path, content, { flag: "wx", mode });
}
