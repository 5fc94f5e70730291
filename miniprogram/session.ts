/** What the sample needs of the functions besides uploading. */
export interface Session {
  /** Logs in anew and gives the token. Rejects with an Error whose message is the function's code. */
  logIn(): Promise<string>;
  /** For `createUploader`: the token of the last login, or of a new one. Empty before the first. */
  getToken(ask: { readonly refresh: boolean }): string | Promise<string>;
  /** A signed URL that shows the object for a while; undefined where the function object-url is not deployed. */
  viewUrl(key: string): Promise<string | undefined>;
}

/**
 * Nobody is asked to log in before a function demands it: with `UPLOAD_AUTH=none` it never happens, with
 * `jwt` at the first upload. The token lives in memory alone.
 */
export function createSession(endpoint: string): Session {
  let token = "";

  function logIn(): Promise<string> {
    return code()
      .then((code) => ask({ url: `${endpoint}/login`, method: "POST", data: { code } }))
      .then(({ statusCode, data }) => {
        if (statusCode !== 200) throw new Error(codeOf(data, statusCode));
        token = String(data["token"]);
        return token;
      });
  }

  function viewUrl(key: string, mayLogIn = true): Promise<string | undefined> {
    const header = token ? { Authorization: `Bearer ${token}` } : {};
    return ask({ url: `${endpoint}/object-url?key=${encodeURIComponent(key)}`, header }).then(
      ({ statusCode, data }) => {
        if (statusCode === 200) return String(data["url"]);
        if (statusCode === 404) return undefined;
        if (statusCode === 401 && mayLogIn) return logIn().then(() => viewUrl(key, false));
        throw new Error(codeOf(data, statusCode));
      },
    );
  }

  return {
    logIn,
    getToken: ({ refresh }) => (refresh ? logIn() : token),
    viewUrl: (key) => viewUrl(key),
  };
}

function code(): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.login({ success: ({ code }) => resolve(code), fail: ({ errMsg }) => reject(new Error(errMsg)) });
  });
}

interface Answer {
  readonly statusCode: number;
  readonly data: Readonly<Record<string, unknown>>;
}

function ask(option: WechatMiniprogram.RequestOption): Promise<Answer> {
  return new Promise((resolve, reject) => {
    wx.request(
      Object.assign({ timeout: 15_000 }, option, {
        success: ({ statusCode, data }: WechatMiniprogram.RequestSuccessCallbackResult) =>
          resolve({ statusCode, data: isRecord(data) ? data : {} }),
        fail: ({ errMsg }: WechatMiniprogram.GeneralCallbackResult) => reject(new Error(errMsg)),
      }),
    );
  });
}

function codeOf(data: Answer["data"], statusCode: number): string {
  const error = data["error"];
  return isRecord(error) ? String(error["code"]) : `Http${statusCode}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
