import { knownBy } from "./recognizer.ts";

/** What servers that are not COS say of a form whose Content-Type was set by hand. COS itself says MalformedPOSTRequest. */
export const withoutBoundary = knownBy(
  [
    // PHP
    /Missing boundary in multipart\/form-data/i,
    // Go
    /no multipart boundary param in Content-Type/i,
    // Tomcat, Spring and Jetty
    /no multipart boundary was found|No multipart boundary|Missing content for multipart request/i,
    // Node.js
    /Multipart: Boundary not found|Missing multipart boundary|missing content-type boundary/i,
    // Python
    /(?:Invalid|Missing) boundary in multipart/i,
  ],
  "This is what a server other than COS says of a form whose Content-Type has no boundary. Do not set Content-Type for a form: wx.uploadFile, fetch and the other clients write it themselves, with the boundary that they use.",
);
