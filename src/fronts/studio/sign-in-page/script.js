// The page that signs a browser in, by the link's text behind "#" or by an access key.

const session = "/_studio/session";
const studio = "/_studio/";
const byLink = document.querySelector("#by-link");
const byKey = document.querySelector("#by-key");
const problem = document.querySelector("#problem");
const encoder = new TextEncoder();

// The link leaves the address bar and the history before anything else happens.
const link = location.hash.slice(1);
const next = pageOf(new URLSearchParams(location.search).get("to"));
history.replaceState(null, "", location.pathname + location.search);

if (link !== "") byLink.hidden = false;
else {
  byKey.hidden = false;
  // Whoever is signed in already has come by an old address of this page.
  if ((await askChallenge()).signedIn) location.replace(next);
}

byLink.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn(() => post({ link }, {}));
});

byKey.addEventListener("submit", (event) => {
  event.preventDefault();
  const [accessKeyId, secret] = ["#access-key-id", "#secret"].map((id) => document.querySelector(id).value.trim());
  void signIn(async () => {
    const { challenge, now, signingName } = await askChallenge();
    return post({ challenge }, await signature({ accessKeyId, secret }, { challenge }, now, signingName));
  });
});

async function askChallenge() {
  return (await fetch(`${session}/challenge`)).json();
}

/** The page of Studio that was asked for; of any other address, and of what is none, the first one. */
function pageOf(to) {
  try {
    const address = new URL(to ?? studio, location.origin);
    return address.origin === location.origin && address.pathname.startsWith(studio) ? address.href : studio;
  } catch {
    return studio;
  }
}

const post = (body, headers) =>
  fetch(session, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** A page that goes on: the answer to a click on another site's link would not carry the cookie yet. */
async function signIn(send) {
  problem.hidden = true;
  try {
    const answer = await send();
    if (answer.ok) return location.replace(next);
    const { message } = await answer.json();
    fail(message);
  } catch (error) {
    fail(`The server does not answer: ${error.message}`);
  }
}

function fail(words) {
  problem.textContent = words;
  problem.hidden = false;
  byLink.hidden = true;
  byKey.hidden = false;
  document.querySelector("#secret").value = "";
}

/** Signs as AWS Signature Version 4 has it. The time is the server's, since a browser's clock may be wrong. */
async function signature({ accessKeyId, secret }, body, now, signingName) {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [time.slice(0, 8), "us-east-1", signingName, "aws4_request"];
  const canonical = [
    "POST",
    session,
    "",
    `host:${location.host}`,
    `x-amz-date:${time}`,
    "",
    "host;x-amz-date",
    hex(await sha256(JSON.stringify(body))),
  ];
  const toSign = ["AWS4-HMAC-SHA256", time, scope.join("/"), hex(await sha256(canonical.join("\n")))];
  let key = encoder.encode(`AWS4${secret}`);
  for (const part of [...scope, toSign.join("\n")]) key = await hmac(key, part);
  const credential = `Credential=${accessKeyId}/${scope.join("/")}`;
  return {
    "x-amz-date": time,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=${hex(key)}`,
  };
}

const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

async function hmac(key, text) {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, encoder.encode(text)));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
