import { isIP } from "node:net";
import {
  type Claim,
  type Finding,
  fail,
  isLoopback,
  label,
  parseEndpoint,
  pass,
  skip,
  warn,
} from "../../packages/tls-check/src/index.ts";

/** The servers that the Mini Program connects to, each `host[:port]` or a URL, as they are written. */
export interface WeChatServers {
  /** Undefined when the address is not known. */
  readonly functions: string | undefined;
  readonly upload: string | undefined;
  readonly download: string | undefined;
}

/**
 * Checks WeChat's rules for the servers of a Mini Program
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html), and shows the lines for the three
 * lists in its console.
 */
export function weChatFindings(servers: WeChatServers): Finding[] {
  const { functions, upload, download = upload } = servers;
  const findings = [
    ...ruleFindings("functions", "the functions' address", functions),
    ...ruleFindings("upload", "the upload host", upload),
    ...ruleFindings("download", "the download host", download === upload ? undefined : download),
  ];
  const lists = { id: "wechat.lists", title: "the lines for WeChat's server domain lists" };
  if (upload === undefined || findings.some(({ status }) => status === "fail")) {
    findings.push(skip(lists, "This needs hosts that WeChat would accept."));
    return findings;
  }
  const missing = functions === undefined ? " (and the functions' host, with --function-url)" : "";
  findings.push(
    pass(
      lists,
      [
        `request合法域名: ${lines(functions, upload)}${missing}`,
        `uploadFile合法域名: ${lines(upload)}`,
        `downloadFile合法域名: ${lines(download)}`,
        "In the Mini Program's console, under development settings; names on servers in mainland China must have an ICP filing.",
      ].join("\n"),
    ),
  );
  return findings;
}

function ruleFindings(id: string, role: string, text: string | undefined): Finding[] {
  return text === undefined
    ? []
    : [ruleFinding({ id: `wechat.${id}`, title: `WeChat would accept ${role}` }, text)];
}

function ruleFinding(claim: Claim, text: string): Finding {
  if (/^(?!https:)[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return fail(
      claim,
      `${text} is not https://, and wx.request accepts nothing else.`,
      "Use its https:// address.",
    );
  }
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined) return fail(claim, `${text} is not a host.`, "Write host or host:port.");
  const { host } = endpoint;
  if (isIP(host) !== 0) {
    return fail(
      claim,
      `${host} is an IP address; WeChat accepts only names.`,
      "Use a name that has an ICP filing.",
    );
  }
  if (isLoopback(host) || !host.includes(".")) {
    return fail(claim, `${host} is this machine's own name.`, "Use a public name that has an ICP filing.");
  }
  if (host === "api.weixin.qq.com") {
    return fail(
      claim,
      "A Mini Program may not call api.weixin.qq.com.",
      "Call it only from a function, as login does.",
    );
  }
  if (/^https:\/\/[^/]*:443(\/|$)/i.test(text)) {
    return fail(
      claim,
      "WeChat compares ports as written, and :443 must not be written.",
      "Leave :443 out, in the list and in the program.",
    );
  }
  if (text.endsWith(":443")) {
    return warn(
      claim,
      "It is written with :443. The functions' answers do not contain that, so the lists must not either.",
      "Leave :443 out here too.",
    );
  }
  return pass(claim, `https://${label(endpoint)}`);
}

function lines(...hosts: readonly (string | undefined)[]): string {
  const named = hosts.flatMap((host) => {
    const endpoint = host === undefined ? undefined : parseEndpoint(host);
    return endpoint === undefined ? [] : [`https://${label(endpoint)}`];
  });
  return [...new Set(named)].join(";");
}
