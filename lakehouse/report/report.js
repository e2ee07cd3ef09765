// Draws every figure in the colours of the reader's theme, and again when that changes.
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function draw() {
    document.querySelectorAll(".figure").forEach(function (place) {
      var told = JSON.parse(place.querySelector("script").textContent)[dark.matches ? "dark" : "light"];
      window.Plotly.react(place.querySelector("div"), told.data, told.layout, { displayModeBar: false, responsive: true });
    });
  }
  dark.addEventListener("change", draw);
  draw();
}());
