"use strict";

// Shows the bounds that belong to the chosen type; without scripts all are shown and checked later.
document.addEventListener("DOMContentLoaded", () => {
  const type = document.getElementById("id_type");
  if (!type) {
    return;
  }
  const rows = {
    String: [".field-min_length", ".field-max_length"],
    Number: [".field-min_value", ".field-max_value"],
  };
  const update = () => {
    for (const [name, selectors] of Object.entries(rows)) {
      for (const selector of selectors) {
        const row = document.querySelector(selector);
        if (row) {
          row.hidden = type.value !== name;
        }
      }
    }
  };
  type.addEventListener("change", update);
  update();
});
