// Shows the probes that fit the form. The form's state is the fragment of the address, so that a
// view can be linked to: #verdict=escaped,hollow&category=file+reads&text=ssh
"use strict";

const form = document.getElementById("filter");
const shown = document.getElementById("shown");
const probes = [...document.querySelectorAll("details.probe")];
const boxes = [...form.querySelectorAll("input[name=verdict]")];

function apply() {
  const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const text = form.elements.text.value.trim().toLowerCase();
  const category = form.elements.category.value;
  let count = 0;
  for (const probe of probes) {
    const fits =
      verdicts.has(probe.dataset.verdict) &&
      (category === "" || category === probe.dataset.category) &&
      probe.textContent.toLowerCase().includes(text);
    probe.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.value = `${count} of ${probes.length} shown`;
}

function read() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const verdicts = wanted.get("verdict");
  for (const box of boxes) box.checked = !verdicts || verdicts.split(",").includes(box.value);
  form.elements.category.value = wanted.get("category") ?? "";
  form.elements.text.value = wanted.get("text") ?? "";
  apply();
}

function remember() {
  const wanted = new URLSearchParams();
  const checked = boxes.filter((box) => box.checked);
  if (checked.length < boxes.length) wanted.set("verdict", checked.map((box) => box.value).join(",") || "none");
  if (form.elements.category.value) wanted.set("category", form.elements.category.value);
  if (form.elements.text.value) wanted.set("text", form.elements.text.value);
  history.replaceState(null, "", `#${wanted}`);
  apply();
}

form.addEventListener("input", remember);
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", read);
form.hidden = false;
read();
