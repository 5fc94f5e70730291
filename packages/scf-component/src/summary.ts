import type { Project } from "./project.ts";

/** What a Mini Program developer needs to know of a deployment. */
export interface Summary {
  /** Where each function answers. */
  readonly urls: Readonly<Record<string, string>>;
  /** A Mini Program's config.ts, by which a client of these functions finds them. */
  readonly "config.ts"?: string;
  /** What to paste into 开发管理 → 服务器域名 of mp.weixin.qq.com. */
  readonly weChatDomains: {
    readonly request: string;
    readonly uploadFile: string;
    readonly downloadFile: string;
  };
  readonly notes?: readonly string[];
}

/** WeChat's console takes several domains of a list in one line. */
const SEPARATOR = ";";

/** @param addresses each function's Function URL, by its folder's name */
export function summarize(project: Project, addresses: ReadonlyMap<string, string>): Summary {
  const { customDomain, functions } = project;
  const origin = (name: string) =>
    customDomain === undefined ? addresses.get(name) : `https://${customDomain.domain}`;
  const answering = functions.flatMap(({ name, path, url, client }) => {
    const base = url ? origin(name) : undefined;
    return base === undefined ? [] : [{ name, base, path, client }];
  });
  const asked = answering.filter(({ client }) => client);
  const origins = [...new Set(asked.map(({ base }) => new URL(base).origin))];
  const { upload, download } = storageOrigins(project);
  const notes = summaryNotes(project, origins);
  return {
    urls: Object.fromEntries(answering.map(({ name, base, path }) => [name, `${base}${path}`])),
    ...(asked.length > 0 && { "config.ts": configText(asked) }),
    weChatDomains: {
      request: unique([...origins, ...upload]),
      uploadFile: unique(upload),
      downloadFile: unique(download),
    },
    ...(notes.length > 0 && { notes }),
  };
}

/** One address where all functions have the same, else one for each. */
function configText(asked: readonly { readonly name: string; readonly base: string }[]): string {
  const [first, ...others] = new Set(asked.map(({ base }) => base));
  if (others.length === 0) return `export const ENDPOINT = ${JSON.stringify(first)};`;
  const lines = asked.map(({ name, base }) => `  ${JSON.stringify(name)}: ${JSON.stringify(base)},`);
  return ["export const ENDPOINT = {", ...lines, "};"].join("\n");
}

function unique(origins: readonly string[]): string {
  return [...new Set(origins)].join(SEPARATOR);
}

/** Where the functions will tell clients to upload to and to read from. */
function storageOrigins({ functions }: Project): { upload: string[]; download: string[] } {
  const environment = functions.find(({ environment: { COS_BUCKET } }) => COS_BUCKET)?.environment;
  if (environment === undefined) return { upload: [], download: [] };
  const { COS_BUCKET, COS_REGION, COS_DOMAIN } = environment;
  const upload = `https://${COS_DOMAIN ?? `${COS_BUCKET}.cos.${COS_REGION}.myqcloud.com`}`;
  const downloadDomain = functions.find(({ environment: { DOWNLOAD_DOMAIN } }) => DOWNLOAD_DOMAIN)
    ?.environment["DOWNLOAD_DOMAIN"];
  return {
    upload: [upload],
    download: [downloadDomain === undefined ? upload : `https://${downloadDomain}`],
  };
}

function summaryNotes({ left, customDomain }: Project, origins: readonly string[]): string[] {
  const isRehearsal = origins.some((origin) => origin.startsWith("http:"));
  return [
    ...left.map(({ functionName, onlyWith }) => `${functionName} is not deployed: ${onlyWith} is not set.`),
    ...(isRehearsal ? ["This was a rehearsal: WeChat accepts none of these domains."] : []),
    ...(customDomain === undefined && !isRehearsal
      ? [
          "WeChat accepts domains with an ICP filing; if it refuses tencentscf.com, set CUSTOM_DOMAIN and CERTIFICATE_ID.",
        ]
      : []),
  ];
}
