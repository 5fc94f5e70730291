/**
 * The address of an object. The key is signed raw and encoded only here, and fully: `+` would otherwise be
 * read as a space, `#` and `?` would end the path, and `!'()*` are encoded as by COS's SDK.
 */
export function objectUrl(host: string, key: string, query: Readonly<Record<string, string>>): string {
  const path = key.split("/").map(encode).join("/");
  // Image processing is a name without a value, with its slashes as the documentation writes them.
  const parameters = Object.entries(query).map(([name, value]) => {
    const encoded = name.split("/").map(encode).join("/");
    return value === "" ? encoded : `${encoded}=${encode(value)}`;
  });
  return `https://${host}/${path}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`;
}

/** The same address with the signature in its query (https://cloud.tencent.com/document/product/436/7778). */
export function signedUrl(url: string, authorization: string, securityToken: string): string {
  const parts = authorization.split("&").map((part) => {
    const [name = "", ...value] = part.split("=");
    return `${name}=${encode(value.join("="))}`;
  });
  const signature = [...parts, `x-cos-security-token=${encode(securityToken)}`].join("&");
  return `${url}${url.includes("?") ? "&" : "?"}${signature}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
