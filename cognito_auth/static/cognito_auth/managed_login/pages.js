// Conveniences of the login pages; every page works without them.

// Show and hide passwords.
for (const button of document.querySelectorAll("button.reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  input.classList.add("secret");
  button.addEventListener("click", () => {
    const isShown = input.type === "text";
    input.type = isShown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!isShown));
    input.focus();
  });
  // What is sent, or kept by the browser, is a password again.
  input.form.addEventListener("submit", () => {
    input.type = "password";
    button.setAttribute("aria-pressed", "false");
  });
}

// Tick off the rules of new passwords. The server checks them again.
const SYMBOLS = new Set("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ");
const RULES = {
  length: (text, minimum) => [...text].length >= minimum,
  upper: (text) => /[A-Z]/.test(text),
  lower: (text) => /[a-z]/.test(text),
  digit: (text) => /[0-9]/.test(text),
  symbol: (text) => [...text.replace(/^ +| +$/g, "")].some((character) => SYMBOLS.has(character)),
};
for (const list of document.querySelectorAll("[data-rules-of]")) {
  const input = document.getElementById(list.dataset.rulesOf);
  const update = () => {
    for (const item of list.querySelectorAll("[data-rule]")) {
      item.classList.toggle("met", RULES[item.dataset.rule](input.value, Number(item.dataset.minimum)));
    }
  };
  input.addEventListener("input", update);
  update();
}

// A form is sent once; the button that was pressed stays part of it.
for (const form of document.querySelectorAll('form[method="post"]:not(.passkey)')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll('button[type="submit"]')) button.setAttribute("aria-busy", "true");
  });
}
// Who comes back by the browser's history finds the form as it was.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// The menu of languages closes like one.
const menu = document.querySelector("details.languages");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
