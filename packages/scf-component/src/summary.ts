import type { Project } from "./project.ts";

/** What a Mini Program developer needs to know of a deployment. */
export interface Summary {
  /** Where each function answers. */
  readonly urls: Readonly<Record<string, string>>;
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
  const urls = functions.flatMap(({ name, path, url }) => {
    const base = url ? origin(name) : undefined;
    return base === undefined ? [] : [[name, `${base}${path}`] as const];
  });
  const origins = [...new Set(urls.map(([, url]) => new URL(url).origin))];
  const { upload, download } = storageOrigins(project);
  const notes = summaryNotes(project, origins);
  return {
    urls: Object.fromEntries(urls),
    weChatDomains: {
      request: unique([...origins, ...upload]),
      uploadFile: unique(upload),
      downloadFile: unique(download),
    },
    ...(notes.length > 0 && { notes }),
  };
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
