import { createHash, X509Certificate } from "node:crypto";
import {
  type AccountCertificate,
  listCertificates,
  uploadCertificate,
} from "../../../packages/https-account/src/index.ts";
import {
  type Claim,
  checkCertificateFiles,
  type Finding,
  keyPem,
  type NamedFile,
  pass,
  splitPem,
  subjectName,
} from "../../../packages/tls-check/src/index.ts";
import { CERTIFICATE_COMMANDS } from "../../lib/certificate-commands.ts";
import { type Consent, NotDone } from "../../lib/consent.ts";
import type { Account } from "../lib/account.ts";
import { day, described } from "../lib/certificates.ts";
import { carryOut } from "../plan.ts";
import type { HttpsWorld } from "../world.ts";

export interface PairFiles {
  readonly certificate: NamedFile;
  readonly key: NamedFile;
}

/** A certificate and key that passed the checks, as PEM. */
export interface CheckedPair {
  readonly certificate: string;
  readonly privateKey: string;
  readonly leaf: X509Certificate;
}

/**
 * Checks a certificate and its key as `cert put` does.
 *
 * @returns the findings, and the pair unless a finding is a reason not to use it
 */
export function checkPair(
  account: Account,
  files: PairFiles,
  hosts: readonly string[],
  usage: string,
): { readonly findings: readonly Finding[]; readonly pair: CheckedPair | undefined } {
  const findings = checkCertificateFiles(files.certificate, files.key, {
    commands: CERTIFICATE_COMMANDS,
    anchors: account.network.anchors,
    hosts,
    now: account.clock(),
    usage,
  });
  if (findings.some(({ status }) => status === "fail" || status === "blocked")) {
    return { findings, pair: undefined };
  }
  const certificates = splitPem(files.certificate.content.toString("utf8"));
  const privateKey = keyPem(files.key.content);
  if (privateKey === undefined) throw new NotDone("Nothing was changed: the key cannot be read.");
  return {
    findings,
    pair: {
      certificate: `${certificates.join("\n")}\n`,
      privateKey,
      leaf: new X509Certificate(certificates[0] ?? ""),
    },
  };
}

export interface UploadOptions {
  /** The names that it should serve. */
  readonly hosts: readonly string[];
  readonly alias: string;
  /** How to give both files to the caller's command. */
  readonly usage: string;
  /** Whether to upload it even if the account has it with another chain, such as an incomplete one. */
  readonly again?: boolean;
}

/**
 * Uploads a certificate to the account if nothing is wrong with it. A certificate that is already there is not uploaded
 * again.
 *
 * @returns the findings, and the certificate's id if it is in the account
 * @throws NotDone, DryRun, CloudError
 */
export async function upload(
  account: Account,
  files: PairFiles,
  options: UploadOptions,
  consent: Consent,
  world: HttpsWorld,
): Promise<{ readonly findings: readonly Finding[]; readonly id: string | undefined }> {
  const { findings, pair } = checkPair(account, files, options.hosts, options.usage);
  if (pair === undefined) {
    world.writeError("Nothing was changed: do not upload this certificate.\n");
    return { findings, id: undefined };
  }
  const { again = false } = options;
  const alias = again ? withMark(options.alias, pair.certificate) : options.alias;
  const before = again ? await marked(account, pair.certificate) : undefined;
  if (before !== undefined) {
    world.write(`The account already has it with this chain, as ${described(before)}; nothing to do.\n`);
    return { findings: [...findings, pass(UPLOADED, `Its id is ${before.id}.`)], id: before.id };
  }
  let uploaded = { id: "", isNew: false };
  const name = subjectName(pair.leaf.subject);
  await carryOut(
    {
      steps: [
        {
          what: `Upload "${name}", until ${day(Date.parse(pair.leaf.validTo))}, and its key to the account${alias ? ` as "${alias}"` : ""}.`,
          run: async () => {
            uploaded = await uploadCertificate(account.ssl, pair, alias, again);
          },
        },
      ],
      question: "Upload it?",
    },
    consent,
    world,
  );
  const { id, isNew } = uploaded;
  await checkThere(account, id);
  return {
    findings: [
      ...findings,
      pass(
        UPLOADED,
        isNew
          ? `Its id is ${id}.`
          : `The account already had it; its id is ${id}. To upload it with another chain: --again.`,
      ),
    ],
    id,
  };
}

const UPLOADED: Claim = { id: "certificate.uploaded", title: "the account has the certificate" };

/**
 * A mark of the chain for the certificate's alias, by which a second upload of the same chain is recognised. The account
 * returns a chain only together with its key, which should not have to be read for this.
 */
function markOf(chain: string): string {
  const hash = createHash("sha256");
  for (const pem of splitPem(chain)) hash.update(new X509Certificate(pem).raw);
  return `chain ${hash.digest("hex").slice(0, 16)}`;
}

function withMark(alias: string, chain: string): string {
  return alias === "" ? markOf(chain) : `${alias}, ${markOf(chain)}`;
}

async function marked({ ssl }: Account, chain: string): Promise<AccountCertificate | undefined> {
  const mark = markOf(chain);
  return (await listCertificates(ssl, mark)).find(({ alias }) => alias.endsWith(mark));
}

async function checkThere({ ssl }: Account, id: string): Promise<void> {
  const list = await listCertificates(ssl, id);
  if (list.some((one) => one.id === id)) return;
  throw new NotDone(`The account accepted the certificate as ${id} but does not list it. Run this again.`);
}
