// Switches between the exemplary patients, and unfolds the tables for print.
// The page is complete without it.
for (const arm of document.querySelectorAll(".arm-inside")) {
  const choice = arm.querySelector(".choice");
  choice.hidden = false;
  const select = choice.querySelector("select");
  select.selectedIndex = 0; // a browser may remember another one from before
  select.addEventListener("change", (event) => {
    for (const mark of arm.querySelectorAll("[data-patient]")) {
      mark.classList.toggle("chosen", mark.dataset.patient === event.target.value);
    }
  });
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
