"use strict";

// Shows a message while one writes it, as people will get it, and sends a test.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("message-preview");
  if (!panel) {
    return;
  }
  const form = panel.closest("form");
  const part = (name) => panel.querySelector(`[data-part="${name}"]`);
  const names = ["pool", "event", "language", "subject", "text", "html", "sms"];

  const entered = () => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const name of names) {
      data.set(name, form.elements[name]?.value ?? "");
    }
    return data;
  };

  const complain = (problems) => {
    part("problems").textContent = problems.join(" ");
    part("problems").hidden = problems.length === 0;
  };

  const ask = async (url, data) => {
    const response = await fetch(url, { method: "POST", body: data, credentials: "same-origin" });
    return response.json();
  };

  const show = (message) => {
    complain(message.problems ?? []);
    if (message.problems) {
      return;
    }
    part("subject").textContent = message.subject;
    part("text").textContent = message.text;
    part("sms").textContent = message.sms;
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = message.policy;
    // The frame has no scripts and no origin (sandbox=""); the policy loads pictures only.
    part("html").srcdoc = `<!DOCTYPE html>${policy.outerHTML}${message.html}`;
  };

  let latest = 0;
  const refresh = async () => {
    if (!form.elements.pool.value || !form.elements.event.value) {
      return;
    }
    latest += 1;
    const number = latest;
    try {
      const message = await ask(panel.dataset.previewUrl, entered());
      // An answer that was overtaken by a later one is not shown.
      if (number === latest) {
        show(message);
      }
    } catch {
      complain([panel.dataset.failed]);
    }
  };

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  });
  form.addEventListener("change", refresh);

  const frame = panel.querySelector(".cognito-frame");
  const tabs = panel.querySelectorAll("[data-width]");
  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      frame.dataset.shown = tab.dataset.width;
      for (const other of tabs) {
        other.setAttribute("aria-pressed", String(other === tab));
      }
    });
  }

  panel.querySelector("[data-send]").addEventListener("click", async () => {
    const data = entered();
    data.set("to", document.getElementById("id_test_to").value.trim());
    part("sent").textContent = "";
    try {
      const answer = await ask(panel.dataset.sendUrl, data);
      part("sent").textContent = answer.sent ?? answer.problems.join(" ");
    } catch {
      part("sent").textContent = panel.dataset.failed;
    }
  });

  refresh();
});
