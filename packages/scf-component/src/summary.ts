import type { Project } from "./project.ts";
import type { Storage } from "./storage.ts";

/** What a Mini Program developer needs to know of a deployment. */
export interface Summary {
  /** Where each function answers. */
  readonly urls: Readonly<Record<string, string>>;
  /** A config.ts that tells a Mini Program where the functions are. */
  readonly "config.ts"?: string;
  /** What to paste into 开发管理 → 服务器域名 at mp.weixin.qq.com. */
  readonly weChatDomains: {
    readonly request: string;
    readonly uploadFile: string;
    readonly downloadFile: string;
  };
  readonly notes?: readonly string[];
}

/** WeChat's console accepts several domains of a list in one line. */
const SEPARATOR = ";";

/** @param addresses the Function URLs, by the name of the function's folder */
export function summarize(
  project: Project,
  { upload, download }: Storage,
  addresses: ReadonlyMap<string, string>,
): Summary {
  const { customDomain, functions } = project;
  const origin = (name: string) =>
    customDomain === undefined ? addresses.get(name) : `https://${customDomain.domain}`;
  const answering = functions.flatMap(({ name, path, url, client }) => {
    const base = url ? origin(name) : undefined;
    return base === undefined ? [] : [{ name, base, path, client }];
  });
  const asked = answering.filter(({ client }) => client);
  const origins = [...new Set(asked.map(({ base }) => new URL(base).origin))];
  const notes = summaryNotes(project, origins);
  return {
    urls: Object.fromEntries(answering.map(({ name, base, path }) => [name, `${base}${path}`])),
    ...(asked.length > 0 && { "config.ts": configText(asked) }),
    weChatDomains: {
      request: unique([...origins, ...upload.map(https)]),
      uploadFile: unique(upload.map(https)),
      downloadFile: unique(download.map(https)),
    },
    ...(notes.length > 0 && { notes }),
  };
}

/** One address if all functions have the same, otherwise one for each. */
function configText(asked: readonly { readonly name: string; readonly base: string }[]): string {
  const [first, ...others] = new Set(asked.map(({ base }) => base));
  if (others.length === 0) return `export const ENDPOINT = ${JSON.stringify(first)};`;
  const lines = asked.map(({ name, base }) => `  ${JSON.stringify(name)}: ${JSON.stringify(base)},`);
  return ["export const ENDPOINT = {", ...lines, "};"].join("\n");
}

function unique(origins: readonly string[]): string {
  return [...new Set(origins)].join(SEPARATOR);
}

function https(host: string): string {
  return `https://${host}`;
}

function summaryNotes({ left, customDomain, template }: Project, origins: readonly string[]): string[] {
  const isRehearsal = origins.some((origin) => origin.startsWith("http:"));
  const ownDomain = ["domain", "certificateId"].map((name) => template.name(["customDomain", name]));
  return [
    ...left.map(({ functionName, because }) => `${functionName} is not deployed: ${because}.`),
    ...(isRehearsal ? ["This was a rehearsal: WeChat accepts none of these domains."] : []),
    ...(customDomain === undefined && !isRehearsal
      ? [
          `WeChat accepts domains with an ICP filing; if it refuses tencentscf.com, set ${ownDomain.join(" and ")}.`,
        ]
      : []),
  ];
}
