// Passkeys of the login pages: asks the authenticator and sends its answer with the form.

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const decodeId = (descriptor) => ({ ...descriptor, id: decode(descriptor.id) });

function requestOptions(json) {
  return {
    ...json,
    challenge: decode(json.challenge),
    allowCredentials: (json.allowCredentials || []).map(decodeId),
  };
}

function creationOptions(json) {
  return {
    ...json,
    challenge: decode(json.challenge),
    user: { ...json.user, id: decode(json.user.id) },
    excludeCredentials: (json.excludeCredentials || []).map(decodeId),
  };
}

// What the browser's own toJSON would say, which not all browsers have.
function toJson(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: encode(answer.clientDataJSON) };
  if (answer.attestationObject) {
    response.attestationObject = encode(answer.attestationObject);
    response.transports = answer.getTransports ? answer.getTransports() : [];
  } else {
    response.authenticatorData = encode(answer.authenticatorData);
    response.signature = encode(answer.signature);
    if (answer.userHandle) response.userHandle = encode(answer.userHandle);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

const form = document.querySelector("form.passkey");
const options = JSON.parse(document.getElementById("passkey-options").textContent);
const isNew = "pubKeyCredParams" in options;
let waiting = null;

async function ask(mediation) {
  waiting?.abort();
  waiting = new AbortController();
  const signal = waiting.signal;
  const credential = isNew
    ? await navigator.credentials.create({ publicKey: creationOptions(options), signal })
    : await navigator.credentials.get({ publicKey: requestOptions(options), signal, mediation });
  form.elements.credential.value = JSON.stringify(toJson(credential));
  form.submit();
}

if (window.PublicKeyCredential) {
  if ("conditional" in form.dataset) {
    const isAvailable = await PublicKeyCredential.isConditionalMediationAvailable?.();
    // Nobody chose a passkey: that is no failure.
    if (isAvailable) ask("conditional").catch(() => {});
  } else {
    form.hidden = false;
    document.querySelector("[data-without-script]")?.remove();
    const failed = form.querySelector("[data-failed]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      failed.hidden = true;
      ask().catch((error) => {
        if (error.name === "AbortError") return;
        failed.hidden = false;
      });
    });
  }
}
