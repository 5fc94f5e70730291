/**
 * What iOS says in the language of the phone, in English, simplified and traditional Chinese, and the numbers of
 * NSURLErrorDomain that it stands for (https://developer.apple.com/documentation/foundation/1508628-url_loading_system_error_codes).
 */
const NUMBERS: readonly (readonly [says: RegExp, number: number])[] = [
  [/^(?:cancelled|已取消)\b|^已取消/i, -999],
  [/^(?:bad URL|错误的 ?URL|URL 错误)/i, -1000],
  [/^(?:The request timed out|请求超时|要求逾時)/i, -1001],
  [/^(?:unsupported URL|不支持的 ?URL|不支援的 ?URL)/i, -1002],
  [
    /^(?:A server with the specified hostname could not be found|未能找到使用指定主机名的服务器|找不到使用所指定主機名稱的伺服器)/i,
    -1003,
  ],
  [/^(?:Could not connect to the server|未能连接到服务器|无法连接服务器|無法連接伺服器)/i, -1004],
  [/^(?:The network connection was lost|网络连接已中断|網[絡路]連線中斷)/i, -1005],
  [/^(?:The Internet connection appears to be offline|似乎已断开与互联网的连接|網際網路連線已中斷)/i, -1009],
  [/^(?:There was a bad response from the server|服务器响应异常)/i, -1011],
  [/^(?:cannot parse response|(?:无法|不能)解析响应)/i, -1017],
  [/^(?:A data connection is not currently allowed|目前不允许数据连接|目前不允許數據連線)/i, -1020],
  [/^(?:An SSL error has occurred|发生了 ?SSL ?错误|發生 ?SSL ?錯誤)/i, -1200],
  [/^(?:The certificate for this server is invalid|此服务器的证书无效|此伺服器的憑證無效)/i, -1202],
];

/** After a method that asks a server, whose other words may be anything. */
const AFTER_FAIL =
  /\b((?:request|(?:up|down)loadFile|connectSocket|create\w+Task):fail[:\s]\s?)([^\n"'{}]{2,400})/g;

/** Writes iOS's number after what it says of a request that failed. */
export function withNumbersOfIos(text: string): string {
  return text.replace(AFTER_FAIL, (whole, _, words: string) => {
    const number = NUMBERS.find(([says]) => says.test(words))?.[1];
    return number === undefined ? whole : `${whole} NSURLErrorDomain Code=${number}`;
  });
}
