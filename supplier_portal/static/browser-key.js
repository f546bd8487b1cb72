// Keys that never leave this browser: made here, kept by it, and told only by their public half.
// What is signed always comes from the hub as finished text, so nothing here writes JSON to sign.

const ALGORITHMS = [
  { make: { name: "Ed25519" }, sign: { name: "Ed25519" } },
  // For browsers without Ed25519; their P-256 signature is r and s already, as a JWS wants it.
  { make: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } },
];

/** Whether this browser can sign at all: only over https, or on the machine itself. */
export const canSign = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

/** A new key: its public JWK, and the secret half that cannot be read, only used. */
export async function makeKey() {
  for (const algorithm of ALGORITHMS) {
    try {
      const pair = await crypto.subtle.generateKey(algorithm.make, false, ["sign", "verify"]);
      const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
      return { jwk: { kty, crv, x, y }, secret: pair.privateKey, algorithm: algorithm.sign };
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
    }
  }
  throw new DOMException("neither Ed25519 nor P-256", "NotSupportedError");
}

/** The compact JWS of a signing input, which is ASCII. */
export async function signed(key, input) {
  const bytes = new TextEncoder().encode(input);
  const signature = await crypto.subtle.sign(key.algorithm, key.secret, bytes);
  return `${input}.${base64url(new Uint8Array(signature))}`;
}

/** SHA-256 of bytes as 64 hexadecimal digits. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes between the two points of a signing input or a JWS. */
export function payloadOf(input) {
  const text = input.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Keep a key under the name that the hub gave it. */
export function keep(kid, key) {
  return inStore("readwrite", (store) => store.put({ ...key, kid }));
}

/** The first of these keys that is kept here; undefined when none is. */
export async function keptOf(kids) {
  const kept = await inStore("readonly", (store) => store.getAll());
  return kept.find((key) => kids.includes(key.kid));
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function inStore(mode, use) {
  const database = await answered(opening());
  try {
    return await answered(use(database.transaction("keys", mode).objectStore("keys")));
  } finally {
    database.close();
  }
}

function opening() {
  const request = indexedDB.open("tierlight", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("keys", { keyPath: "kid" });
  return request;
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
